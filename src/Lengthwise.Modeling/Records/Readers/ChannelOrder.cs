namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Orders of channels and steps.</summary>
internal static class ChannelOrder
{
    /// <summary>From [C, L] to [L, C].</summary>
    public static float[] ToSteps(ReadOnlySpan<float> values, int channels)
    {
        int length = values.Length / channels;
        var steps = new float[values.Length];
        for (int c = 0; c < channels; c++)
            for (int l = 0; l < length; l++) steps[l * channels + c] = values[c * length + l];
        return steps;
    }
}

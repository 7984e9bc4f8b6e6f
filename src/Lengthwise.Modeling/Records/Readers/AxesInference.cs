using System.Globalization;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Says which of an array's last two dimensions is the channels.</summary>
internal static class AxesInference
{
    /// <summary>Whether the last dimension is the channels.</summary>
    /// <param name="source">Named in errors.</param>
    /// <param name="shapes">Sizes of the last two dimensions, for as many sequences as were looked at.</param>
    /// <param name="stated">What the recipe says.</param>
    /// <param name="notes">Receives what was inferred.</param>
    /// <exception cref="LengthwiseException">The sizes leave a doubt.</exception>
    public static bool ChannelsAreLast(string source, IReadOnlyCollection<(long Outer, long Inner)> shapes, ArrayAxes stated, List<string> notes)
    {
        if (stated != ArrayAxes.Auto) return stated == ArrayAxes.StepsChannels;
        (long outer, long inner) = shapes.First();
        bool isOuterFixed = shapes.All(s => s.Outer == outer), isInnerFixed = shapes.All(s => s.Inner == inner);
        bool? isLast = (isOuterFixed, isInnerFixed) switch
        {
            (true, true) => inner == outer ? null : inner < outer,
            (false, true) => true,
            (true, false) => false,
            _ => null,
        };
        string sizes = string.Create(CultureInfo.InvariantCulture, $"{outer} x {inner}");
        if (isLast is not { } last)
            throw new LengthwiseException(
                ExitCode.Usage, $"reading '{source}': nothing tells which dimension of {sizes} is the steps and which the channels",
                "set 'axes = \"steps_channels\"' or \"channels_steps\" in [task]");
        string why = isOuterFixed == isInnerFixed ? "the shorter dimension" : "the dimension that is the same in all sequences";
        notes.Add($"axes: {(last ? "steps_channels" : "channels_steps")} ({sizes}); channels are {why}");
        return last;
    }
}

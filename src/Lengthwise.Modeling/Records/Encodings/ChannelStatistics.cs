namespace Lengthwise.Modeling.Records.Encodings;

/// <summary>Mean and deviation of one channel, gathered row by row (Chan, Golub, LeVeque 1983: stable for any number of values); missing values do not count.</summary>
internal sealed class ChannelStatistics
{
    private double _mean;
    private double _squares;
    private long _count;

    /// <summary>Values that were not missing.</summary>
    public long Count => _count;

    /// <summary>Mean; 0 without values.</summary>
    public double Mean => _mean;

    /// <summary>Population deviation; 1 where all values are equal, so that they become 0.</summary>
    public double Deviation => _count > 0 && _squares > 0 ? Math.Sqrt(_squares / _count) : 1;

    /// <summary>Adds one value; NaN is missing.</summary>
    public void Add(float value)
    {
        if (float.IsNaN(value)) return;
        _count++;
        double delta = value - _mean;
        _mean += delta / _count;
        _squares += delta * (value - _mean);
    }

    /// <summary>Mean and deviation of channel <paramref name="channel"/> of one sequence [L, C].</summary>
    public static (float Mean, float Deviation) Of(ReadOnlySpan<float> valuesLC, int channel, int channels)
    {
        var statistics = new ChannelStatistics();
        for (int i = channel; i < valuesLC.Length; i += channels) statistics.Add(valuesLC[i]);
        return ((float)statistics.Mean, (float)Math.Max(statistics.Deviation, float.Epsilon));
    }
}

using Lengthwise.Diagnoses;
using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>Mass by distance of one layer's attention, batch by batch: the mean over sequences of the mean over their queries.</summary>
internal sealed class AttentionMeter : IDisposable
{
    // Weights alive at once, 8 bytes each and a few times over.
    private const long MostWeights = 1 << 21;
    private readonly DistanceSums _heads, _uniform;

    /// <summary>Begins with nothing.</summary>
    /// <param name="heads">Heads of the layer.</param>
    /// <param name="length">Longest sequence.</param>
    public AttentionMeter(long heads, long length) => (_heads, _uniform) = (new DistanceSums(heads, length), new DistanceSums(1, length));

    /// <summary>Adds a batch.</summary>
    public void Add(AttentionRows rows)
    {
        long length = rows.Sight.Length;
        using var outer = NewDisposeScope();
        Tensor shares = Shares(rows.Sight.Padding, rows.Batch, length);
        long step = Math.Clamp(MostWeights / (rows.Batch * rows.Heads * length), 1, length);
        for (long first = 0; first < length; first += step)
        {
            using var scope = NewDisposeScope();
            long count = Math.Min(step, length - first);
            Tensor share = shares.narrow(1, first, count);
            _heads.Add(rows.Weights(first, count), first, share);
            _uniform.Add(rows.Sight.Of(first, count).expand(rows.Batch, 1, count, length), first, share);
        }
    }

    /// <summary>What was measured.</summary>
    public LayerReach Result(string layer, IReadOnlyList<int> upTo) => new()
    {
        Layer = layer,
        Kind = ReachKind.Attention,
        Profiles = _heads.Profiles(upTo),
        Uniform = _uniform.Profiles(upTo)[0] with { Name = "uniform" },
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _heads.Dispose();
        _uniform.Dispose();
    }

    /// <summary>What each query counts, [B, L]: those of a sequence 1 together, padding nothing.</summary>
    private static Tensor Shares(Padding? padding, long batch, long length)
    {
        if (padding is null) return full([batch, length], 1.0 / length, ScalarType.Float64);
        Tensor lengths = padding.Lengths.unsqueeze(1);
        return padding.Valid.to_type(ScalarType.Float64) / lengths.clamp_min(1).to_type(ScalarType.Float64);
    }
}

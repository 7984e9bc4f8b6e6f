using System.Runtime.InteropServices;
using Lengthwise.Diagnoses;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>Sums attention weights along the diagonals of matrices that are never whole: mass by j - i, in double, for every head.</summary>
/// <param name="heads">Heads, h.</param>
/// <param name="length">Longest sequence, M.</param>
internal sealed class DistanceSums(long heads, long length) : IDisposable
{
    // Entry M - 1 + o is the mass at the offset o = j - i.
    private readonly Tensor _sums = zeros([heads, 2 * length - 1], ScalarType.Float64).DetachFromDisposeScope();

    /// <summary>Adds the weights of some queries.</summary>
    /// <param name="weights">[B, h or 1, n, L], not negative; each row counts as its share of the row's sum.</param>
    /// <param name="first">Position of the first query.</param>
    /// <param name="shares">What each query counts, [B, n], double; queries with 0 may have any weights, NaN included.</param>
    public void Add(Tensor weights, long first, Tensor shares)
    {
        using var scope = NewDisposeScope();
        (long queries, long keys) = (weights.shape[2], weights.shape[3]);
        Tensor share = shares.unsqueeze(1).unsqueeze(-1);
        Tensor mass = weights.to_type(ScalarType.Float64).masked_fill(share.eq(0), 0);
        // A row without any weight, as a squared rectifier can give, adds nothing.
        mass = (mass * (share / mass.sum(-1, keepdim: true).clamp_min(double.Epsilon))).sum([0L]);

        // With its rows turned round and each shifted by one more, a diagonal is a column.
        Tensor padded = nn.functional.pad(mass.flip(1), [0, queries]).flatten(1);
        Tensor skewed = padded.narrow(1, 0, queries * (keys + queries - 1)).view(-1, queries, keys + queries - 1);
        _sums.narrow(1, length - first - queries, keys + queries - 1).add_(skewed.sum(1));
    }

    /// <summary>The profile of every head.</summary>
    /// <param name="upTo">Largest distances of bins; the last is <c>length</c> - 1.</param>
    public IReadOnlyList<DistanceProfile> Profiles(IReadOnlyList<int> upTo)
    {
        ReadOnlySpan<double> values = MemoryMarshal.Cast<byte, double>(_sums.bytes);
        var profiles = new List<DistanceProfile>();
        for (int head = 0; head < heads; head++)
        {
            ReadOnlySpan<double> own = values.Slice((int)(head * (2 * length - 1)), (int)(2 * length - 1));
            var byDistance = new double[length];
            double ahead = 0;
            for (int d = 0; d < length; d++)
            {
                byDistance[d] = own[(int)length - 1 - d] + (d > 0 ? own[(int)length - 1 + d] : 0);
                if (d > 0) ahead += own[(int)length - 1 + d];
            }
            profiles.Add(ProfileOf(FormattableString.Invariant($"head {head}"), byDistance, ahead, upTo));
        }
        return profiles;
    }

    /// <summary>A profile from mass by distance, which need not sum to 1.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="byDistance">Mass at the distances 0, 1, …</param>
    /// <param name="ahead">How much of it lies at later positions.</param>
    /// <param name="upTo">Largest distances of bins.</param>
    public static DistanceProfile ProfileOf(string name, ReadOnlySpan<double> byDistance, double ahead, IReadOnlyList<int> upTo)
    {
        var bins = new double[upTo.Count];
        double sum = 0, moment = 0;
        for (int d = 0, bin = 0; d < byDistance.Length; d++)
        {
            if (d > upTo[bin]) bin++;
            bins[bin] += byDistance[d];
            sum += byDistance[d];
            moment += d * byDistance[d];
        }
        double scale = sum > 0 ? 1 / sum : 0;
        return new DistanceProfile { Name = name, Mass = [.. bins.Select(b => b * scale)], MeanDistance = moment * scale, Ahead = ahead * scale };
    }

    /// <inheritdoc/>
    public void Dispose() => _sums.Dispose();
}

using Lengthwise.Diagnoses;
using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>The mass of impulse responses by distance, past and future together.</summary>
/// <param name="Absolute">Sum of absolute values, [H, L], double.</param>
/// <param name="Squared">Sum of squares, [H, L], double.</param>
/// <param name="Ahead">Part of <paramref name="Absolute"/> at later positions, [H], double.</param>
public sealed record KernelMass(Tensor Absolute, Tensor Squared, Tensor Ahead)
{
    // Outputs whose responses to all inputs are followed: enough for quantiles, few enough for long sequences.
    private const long MostOutputs = 64, MostValues = 1 << 20;
    private static readonly double[] Shares = [0.5, 0.9, 0.99];

    /// <summary>The mass of a kernel a channel.</summary>
    /// <param name="taps">[1 or 2, H, L]; the second kernel looks ahead.</param>
    /// <param name="firstAhead">Distance of the second kernel's first tap, 0 or 1.</param>
    public static KernelMass OfTaps(Tensor taps, int firstAhead)
    {
        Tensor K = taps.to_type(ScalarType.Float64);
        if (K.shape[0] == 1) return new(K[0].abs(), K[0].square(), zeros([K.shape[1]], ScalarType.Float64));
        Tensor ahead = firstAhead == 0 ? K[1] : nn.functional.pad(K[1], [1, 0]).narrow(1, 0, K.shape[2]);
        return new(K[0].abs() + ahead.abs(), K[0].square() + ahead.square(), ahead.narrow(1, 1, K.shape[2] - 1).abs().sum(-1));
    }

    /// <summary>The mass of a recurrence with many inputs and outputs: an output's responses to all inputs together.</summary>
    /// <param name="recurrence">The recurrence.</param>
    /// <param name="back">Map that reads the same recurrence run from the end, [H, 2N]; null for a causal model.</param>
    /// <param name="length">Distances.</param>
    internal static KernelMass OfRecurrence(ComplexRecurrence recurrence, Tensor? back, long length)
    {
        KernelMass past = OneWay(recurrence, recurrence.Output, length);
        if (back is null) return past;
        KernelMass ahead = OneWay(recurrence, back, length);
        return new(past.Absolute + ahead.Absolute, past.Squared + ahead.Squared, ahead.Absolute.narrow(1, 1, length - 1).sum(-1));
    }

    /// <summary>Profile and quantiles of a layer.</summary>
    public LayerReach Result(string layer, IReadOnlyList<int> upTo)
    {
        long channels = Absolute.shape[0];
        Tensor total = Absolute.sum(-1, keepdim: true).clamp_min(double.Epsilon);
        double[] mean = [.. (Absolute / total).mean([0]).data<double>()];
        double ahead = (Ahead / total.squeeze(-1)).mean().item<double>();
        return new LayerReach
        {
            Layer = layer,
            Kind = ReachKind.Kernel,
            Profiles = [DistanceSums.ProfileOf(FormattableString.Invariant($"{channels} channels"), mean, ahead, upTo)],
            Uniform = DistanceSums.ProfileOf("uniform", Enumerable.Repeat(1.0, mean.Length).ToArray(), ahead: 0, upTo),
            Channels = [.. Shares.SelectMany(share => new[] { Quantiles(KernelMassKind.Absolute, Absolute, share), Quantiles(KernelMassKind.Squared, Squared, share) })],
        };
    }

    /// <summary>The distance within which each channel has that share of its mass, [H], in double.</summary>
    internal static Tensor Reach(Tensor mass, double share)
    {
        // A sum of roundings must not push the last of equal taps out of reach.
        const double slack = 1e-12;
        Tensor cumulated = mass.cumsum(-1);
        Tensor wanted = cumulated.narrow(-1, mass.shape[1] - 1, 1) * (share * (1 - slack));
        return cumulated.lt(wanted).sum(-1).to_type(ScalarType.Float64);
    }

    private static ChannelReach Quantiles(KernelMassKind kind, Tensor mass, double share)
    {
        double[] q = [.. quantile(Reach(mass, share), tensor(new[] { 0, 0.25, 0.5, 0.75, 1 })).data<double>()];
        return new ChannelReach(kind, share, q[0], q[1], q[2], q[3], q[4]);
    }

    // K_l = Re(C diag(lambda^l) B), some distances at a time.
    private static KernelMass OneWay(ComplexRecurrence recurrence, Tensor output, long length)
    {
        Tensor lambda = recurrence.Lambda, log = (lambda[0].square() + lambda[1].square()).log() / 2, angle = atan2(lambda[1], lambda[0]);
        long states = lambda.shape[1], every = (output.shape[0] + MostOutputs - 1) / MostOutputs;
        Tensor C = output.slice(0, 0, output.shape[0], every).to_type(ScalarType.Float64), B = recurrence.Input.to_type(ScalarType.Float64);
        (Tensor cRe, Tensor cIm) = (C.narrow(1, 0, states), -C.narrow(1, states, states));
        long step = Math.Max(1, MostValues / (C.shape[0] * Math.Max(2 * states, B.shape[1])));
        List<Tensor> absolute = [], squared = [];
        for (long first = 0; first < length; first += step)
        {
            using var scope = NewDisposeScope();
            Tensor l = arange(first, Math.Min(length, first + step), ScalarType.Float64).reshape(-1, 1, 1);
            Tensor size = (l * log).exp(), re = size * (l * angle).cos(), im = size * (l * angle).sin();
            Tensor K = matmul(cat([cRe * re - cIm * im, -(cRe * im + cIm * re)], -1), B);
            absolute.Add(K.abs().sum(-1).MoveToOuterDisposeScope());
            squared.Add(K.square().sum(-1).MoveToOuterDisposeScope());
        }
        return new(cat(absolute).t().contiguous(), cat(squared).t().contiguous(), zeros([C.shape[0]], ScalarType.Float64));
    }
}

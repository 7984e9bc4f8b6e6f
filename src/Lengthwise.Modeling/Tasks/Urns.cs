using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tasks;

/// <summary>From which of K urns were the symbols drawn? Order says nothing: the control for everything that learns from neighbours.</summary>
/// <remarks>
/// <code>
/// symbols  7 2 9 9 4 7 2 0 5 …      (urn 3 holds 7 more often than the others do)
/// label    3
/// </code>
/// Urn k holds symbol v with probability proportional to exp(contrast g_kv), g standard normal. Draws are independent, so counts are a sufficient
/// statistic, every order of a sequence is equally likely, and no symbol can be told from its neighbours better than from any other place. It is the
/// opposite of <see cref="MarkovSources"/>, whose classes differ by their neighbours. Made for Lengthwise; a pure function of its settings.
/// </remarks>
[SequenceTask("urns", typeof(UrnsSettings))]
public sealed class Urns : SequenceTask
{
    private readonly UrnsSettings _settings;
    private readonly double[][] _shares;

    /// <summary>Fills the urns.</summary>
    public Urns(UrnsSettings settings)
    {
        _settings = settings;
        var random = new RandomStream(settings.Seed, "urns/shares");
        _shares = [.. Enumerable.Range(0, settings.Urns).Select(_ => Fill(settings, random))];
        Shape = new TaskShape(
            new TokenInput(ProbeSymbols.Vocabulary(ProbeSymbols.Names("", settings.Symbols))),
            new ClassOutput([.. ProbeSymbols.Names("", settings.Urns)]),
            settings.Length,
            1.0 / settings.Urns);
    }

    /// <inheritdoc/>
    public override string Name => "urns";

    /// <inheritdoc/>
    public override string Summary => "from which of several urns were the symbols drawn? (generated; order says nothing)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; }

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.15;

    /// <inheritdoc/>
    public override string Citation => "made for Lengthwise";

    /// <inheritdoc/>
    public override string Licence => "generated; no licence applies";

    /// <summary>Probability of each symbol in an urn.</summary>
    public IReadOnlyList<double> Shares(int urn) => _shares[urn];

    /// <inheritdoc/>
    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation) =>
        new ProbeSplits(Name, Shape, _settings, Draw).Prepare(progress, cancellation);

    /// <summary>Accuracy of the exact posterior over the urns, whose prior is uniform: no model can be expected to score above it.</summary>
    public double BayesAccuracy(SequenceSplit split)
    {
        ArgumentNullException.ThrowIfNull(split);
        int right = 0;
        for (int row = 0; row < split.Count; row++)
        {
            ushort[] tokens = split.Tokens(row).ToArray();
            int best = Enumerable.Range(0, _shares.Length).MaxBy(k => tokens.Sum(t => Math.Log(_shares[k][t - ProbeSymbols.First])));
            if (best == split.Label(row)) right++;
        }
        return (double)right / split.Count;
    }

    private static double[] Fill(UrnsSettings settings, RandomStream random)
    {
        double[] weights = [.. Enumerable.Range(0, settings.Symbols).Select(_ => Math.Exp(settings.Contrast * random.NextNormal()))];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }

    private ushort[] Draw(int urn, RandomStream random)
    {
        var tokens = new ushort[_settings.Length];
        for (int t = 0; t < tokens.Length; t++)
        {
            double u = random.NextDouble();
            int symbol = 0;
            while (symbol < _settings.Symbols - 1 && (u -= _shares[urn][symbol]) >= 0) symbol++;
            tokens[t] = (ushort)(ProbeSymbols.First + symbol);
        }
        return tokens;
    }
}

/// <summary>Settings of <see cref="Urns"/>.</summary>
public sealed record UrnsSettings : ProbeSettings
{
    /// <summary>Steps of every sequence.</summary>
    [Range(2, 1_000_000)] public int Length { get; init; } = 128;

    /// <summary>Kinds of symbols.</summary>
    [Range(2, 10_000)] public int Symbols { get; init; } = 12;

    /// <summary>Urns: the classes.</summary>
    [Range(2, 1000)] public int Urns { get; init; } = 4;

    /// <summary>How much urns differ: standard deviation of the logarithm of a symbol's weight. At 0 they are all alike.</summary>
    [Range(0.0, 10.0)] public double Contrast { get; init; } = 0.3;

    private protected override int LargestRow => Length;
}

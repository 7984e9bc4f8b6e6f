using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Two symbols stand a known distance apart in noise: are they equal? The plainest question about range.</summary>
/// <remarks>
/// <code>
/// symbols  n3 n0 s5 n1 n1 n2 … n0 s5 n3      (distance D between the two s)
/// label    same
/// </code>
/// The distance is uniform between its limits, the place of the first symbol uniform over what the distance leaves. Noise is
/// uniform and of other symbols. Each of the two alone is uniform for either label, so a model whose receptive field is below the
/// distance compares nothing; it can still add what it finds in both places. Adding is bounded: a score f(a) + g(b) that accepts (a, a) and (b, b)
/// accepts (a, b) or (b, a) too, so no sum of two single looks is right in more than 75 %. Made for
/// Lengthwise; a pure function of its settings.
/// </remarks>
[SequenceTask("two-symbols", typeof(TwoSymbolsSettings))]
public sealed class TwoSymbols(TwoSymbolsSettings settings) : SequenceTask
{
    /// <inheritdoc/>
    public override string Name => "two-symbols";

    /// <inheritdoc/>
    public override string Summary => "are two symbols at distance D equal? (generated; chance below that range)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; } = new(
        new TokenInput(ProbeSymbols.Vocabulary(ProbeSymbols.Names("s", settings.Symbols), ProbeSymbols.Names("n", settings.Noise))),
        new ClassOutput(["different", "same"]),
        settings.Length,
        0.5);

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.15;

    /// <inheritdoc/>
    public override string Citation => "made for Lengthwise";

    /// <inheritdoc/>
    public override string Licence => "generated; no licence applies";

    /// <inheritdoc/>
    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation) =>
        new ProbeSplits(Name, Shape, settings, Draw).Prepare(progress, cancellation);

    private ushort[] Draw(int label, RandomStream random)
    {
        int distance = settings.MinDistance + random.Next(settings.MaxDistance - settings.MinDistance + 1);
        int at = random.Next(settings.Length - distance);
        int one = random.Next(settings.Symbols);
        int other = label == 1 ? one : (one + 1 + random.Next(settings.Symbols - 1)) % settings.Symbols;

        var tokens = new ushort[settings.Length];
        for (int t = 0; t < tokens.Length; t++) tokens[t] = (ushort)(ProbeSymbols.First + settings.Symbols + random.Next(settings.Noise));
        tokens[at] = (ushort)(ProbeSymbols.First + one);
        tokens[at + distance] = (ushort)(ProbeSymbols.First + other);
        return tokens;
    }
}

/// <summary>Settings of <see cref="TwoSymbols"/>.</summary>
public sealed record TwoSymbolsSettings : ProbeSettings
{
    /// <summary>Steps of every sequence.</summary>
    [Range(2, 1_000_000)] public int Length { get; init; } = 128;

    /// <summary>Smallest distance, in steps.</summary>
    [Range(1, 1_000_000)] public int MinDistance { get; init; } = 32;

    /// <summary>Largest distance, in steps; equal to the smallest for one distance.</summary>
    [Range(1, 1_000_000)] public int MaxDistance { get; init; } = 96;

    /// <summary>Kinds of symbols that are compared.</summary>
    [Range(2, 10_000)] public int Symbols { get; init; } = 8;

    /// <summary>Kinds of noise symbols.</summary>
    [Range(1, 10_000)] public int Noise { get; init; } = 8;

    private protected override int LargestRow => Length;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (MinDistance > MaxDistance) yield return $"'min_distance' {MinDistance} is above 'max_distance' {MaxDistance}";
        if (MaxDistance >= Length) yield return $"'max_distance' {MaxDistance} does not fit into 'length' {Length}";
        foreach (string problem in base.Validate()) yield return problem;
    }
}

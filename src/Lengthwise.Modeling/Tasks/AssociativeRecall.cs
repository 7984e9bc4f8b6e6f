using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Keys, each followed by its value, and at the end one key again: which value followed it?</summary>
/// <remarks>
/// <code>
/// symbols  k4 v1 . . k9 v0 . k2 v1 … . k9        (dots are blanks)
/// label    v0
/// </code>
/// Keys of a sequence differ. Every value occurs equally often in every sequence, so that knowing which values are there, but not
/// which key each belongs to, says nothing. The pair that is asked for is uniform over the pairs, and so are the places of the pairs over
/// all ways to lay them out. Made for Lengthwise after the associative recall of the literature; a pure function of its settings.
/// </remarks>
[SequenceTask("associative-recall", typeof(AssociativeRecallSettings))]
public sealed class AssociativeRecall(AssociativeRecallSettings settings) : SequenceTask
{
    private const int Blank = ProbeSymbols.First, Key = Blank + 1;

    /// <inheritdoc/>
    public override string Name => "associative-recall";

    /// <inheritdoc/>
    public override string Summary => "the value that followed a key earlier on (generated; needs content lookup)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; } = new(
        new TokenInput(ProbeSymbols.Vocabulary(["."], ProbeSymbols.Names("k", settings.Keys), ProbeSymbols.Names("v", settings.Values))),
        new ClassOutput([.. ProbeSymbols.Names("v", settings.Values)]),
        settings.Length,
        1.0 / settings.Values);

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.15;

    /// <inheritdoc/>
    public override string Citation =>
        "Ba et al., Using Fast Weights to Attend to the Recent Past, NeurIPS 2016; Arora et al., Zoology, ICLR 2024, for its use on sequence models";

    /// <inheritdoc/>
    public override string Licence => "generated; no licence applies";

    /// <inheritdoc/>
    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation) =>
        new ProbeSplits(Name, Shape, settings, Draw).Prepare(progress, cancellation);

    private ushort[] Draw(int label, RandomStream random)
    {
        int pairs = settings.Pairs, firstValue = Key + settings.Keys;
        int[] keys = ProbeSymbols.Choose(pairs, settings.Keys, random);
        var values = new int[pairs];
        for (int i = 0; i < pairs; i++) values[i] = i % settings.Values;
        random.Shuffle<int>(values);

        var tokens = new ushort[settings.Length];
        Array.Fill(tokens, (ushort)Blank);
        // Pairs of two steps among blanks of one: choosing which of the items are pairs makes all layouts equally likely.
        int[] items = ProbeSymbols.Choose(pairs, settings.Length - 1 - pairs, random);
        Array.Sort(items);
        for (int i = 0; i < pairs; i++)
        {
            tokens[items[i] + i] = (ushort)(Key + keys[i]);
            tokens[items[i] + i + 1] = (ushort)(firstValue + values[i]);
        }

        int asked = random.Next(pairs / settings.Values);
        for (int i = 0; i < pairs; i++)
            if (values[i] == label && asked-- == 0) tokens[^1] = (ushort)(Key + keys[i]);
        return tokens;
    }
}

/// <summary>Settings of <see cref="AssociativeRecall"/>.</summary>
public sealed record AssociativeRecallSettings : ProbeSettings
{
    /// <summary>Steps of every sequence; what the pairs and the question leave is blank.</summary>
    [Range(3, 1_000_000)] public int Length { get; init; } = 64;

    /// <summary>Pairs of key and value in a sequence, a multiple of the values.</summary>
    [Range(2, 100_000)] public int Pairs { get; init; } = 8;

    /// <summary>Different keys, at least as many as pairs.</summary>
    [Range(2, 30_000)] public int Keys { get; init; } = 16;

    /// <summary>Different values: the classes.</summary>
    [Range(2, 30_000)] public int Values { get; init; } = 4;

    private protected override int LargestRow => Length;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (Pairs > Keys) yield return $"'pairs' {Pairs} is above 'keys' {Keys}; the keys of a sequence differ";
        if (Pairs % Values != 0) yield return $"'pairs' {Pairs} is no multiple of 'values' {Values}; every value has to occur equally often, or counting values would be a hint";
        if (2L * Pairs + 1 > Length) yield return $"'pairs' {Pairs} take {2L * Pairs + 1} steps with the question; 'length' is {Length}";
        foreach (string problem in base.Validate()) yield return problem;
    }
}

using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Symbols stand at random places among blanks, and a number at the end: which symbol is the k-th that is no blank?</summary>
/// <remarks>
/// <code>
/// symbols  . . s3 . s1 . . . s1 . s0 . . #3       (dots are blanks)
/// label    s1
/// </code>
/// Selective copying asks for all symbols in their order, one answer each. A task here has one answer, so the number asks for a single one of them, drawn
/// uniformly: whoever answers every number right has copied the sequence. Places are uniform over all choices. Every symbol occurs equally often
/// in every sequence, so that counting says nothing. Made for Lengthwise after the literature; a pure function of its settings.
/// </remarks>
[SequenceTask("selective-copy", typeof(SelectiveCopySettings))]
public sealed class SelectiveCopy(SelectiveCopySettings settings) : SequenceTask
{
    private const int Blank = ProbeSymbols.First, Symbol = Blank + 1;

    /// <inheritdoc/>
    public override string Name => "selective-copy";

    /// <inheritdoc/>
    public override string Summary => "the k-th symbol that is not blank (generated; needs counting and selection)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; } = new(
        new TokenInput(ProbeSymbols.Vocabulary(
            ["."],
            ProbeSymbols.Names("s", settings.Symbols),
            Enumerable.Range(1, settings.Copied).Select(k => FormattableString.Invariant($"#{k}")))),
        new ClassOutput([.. ProbeSymbols.Names("s", settings.Symbols)]),
        settings.Length,
        1.0 / settings.Symbols);

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.15;

    /// <inheritdoc/>
    public override string Citation =>
        "Gu and Dao, Mamba, arXiv:2312.00752, section 3.1 (selective copying); Hochreiter and Schmidhuber, Long Short-Term Memory, 1997, for copying over a distance";

    /// <inheritdoc/>
    public override string Licence => "generated; no licence applies";

    /// <inheritdoc/>
    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation) =>
        new ProbeSplits(Name, Shape, settings, Draw).Prepare(progress, cancellation);

    private ushort[] Draw(int label, RandomStream random)
    {
        var symbols = new int[settings.Copied];
        for (int i = 0; i < symbols.Length; i++) symbols[i] = i % settings.Symbols;
        random.Shuffle<int>(symbols);
        int[] places = ProbeSymbols.Choose(symbols.Length, settings.Length - 1, random);
        Array.Sort(places);

        var tokens = new ushort[settings.Length];
        Array.Fill(tokens, (ushort)Blank);
        for (int i = 0; i < symbols.Length; i++) tokens[places[i]] = (ushort)(Symbol + symbols[i]);

        int asked = random.Next(symbols.Length / settings.Symbols);
        for (int i = 0; i < symbols.Length; i++)
            if (symbols[i] == label && asked-- == 0) tokens[^1] = (ushort)(Symbol + settings.Symbols + i);
        return tokens;
    }
}

/// <summary>Settings of <see cref="SelectiveCopy"/>.</summary>
public sealed record SelectiveCopySettings : ProbeSettings
{
    /// <summary>Steps of every sequence.</summary>
    [Range(3, 1_000_000)] public int Length { get; init; } = 64;

    /// <summary>Symbols in a sequence that are no blanks, a multiple of the kinds of symbols.</summary>
    [Range(2, 30_000)] public int Copied { get; init; } = 8;

    /// <summary>Kinds of symbols: the classes.</summary>
    [Range(2, 30_000)] public int Symbols { get; init; } = 4;

    private protected override int LargestRow => Length;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (Copied % Symbols != 0) yield return $"'copied' {Copied} is no multiple of 'symbols' {Symbols}; every symbol has to occur equally often, or counting would be a hint";
        if (Copied >= Length) yield return $"'copied' {Copied} and the question do not fit into 'length' {Length}";
        foreach (string problem in base.Validate()) yield return problem;
    }
}

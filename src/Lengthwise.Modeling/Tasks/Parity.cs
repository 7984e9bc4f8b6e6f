using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Is the number of ones odd? Every symbol changes the answer, wherever it stands.</summary>
/// <remarks>
/// <code>
/// symbols  0 1 1 0 1 0 0 … 1
/// label    odd
/// </code>
/// Bits are independent and uniform but for the last, which settles the label: whoever misses one symbol, any one, can only guess.
/// Lengths are uniform from the shortest to the longest. Made for Lengthwise; a pure function of its settings.
/// </remarks>
[SequenceTask("parity", typeof(ParitySettings))]
public sealed class Parity(ParitySettings settings) : SequenceTask
{
    private const int Zero = ProbeSymbols.First;

    /// <inheritdoc/>
    public override string Name => "parity";

    /// <inheritdoc/>
    public override string Summary => "is the number of ones odd? (generated; every symbol matters)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; } = new(
        new TokenInput(ProbeSymbols.Vocabulary(["0", "1"])), new ClassOutput(["even", "odd"]), settings.MaxLength, 0.5);

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.15;

    /// <inheritdoc/>
    public override string Citation =>
        "Minsky and Papert, Perceptrons, 1969; among the tasks of Deletang et al., Neural Networks and the Chomsky Hierarchy, ICLR 2023";

    /// <inheritdoc/>
    public override string Licence => "generated; no licence applies";

    /// <inheritdoc/>
    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation) =>
        new ProbeSplits(Name, Shape, settings, Draw).Prepare(progress, cancellation);

    private ushort[] Draw(int label, RandomStream random)
    {
        var tokens = new ushort[settings.MinLength + random.Next(settings.MaxLength - settings.MinLength + 1)];
        int parity = label;
        for (int t = 0; t < tokens.Length - 1; t++)
        {
            int bit = random.Next(2);
            parity ^= bit;
            tokens[t] = (ushort)(Zero + bit);
        }
        tokens[^1] = (ushort)(Zero + parity);
        return tokens;
    }
}

/// <summary>Settings of <see cref="Parity"/>.</summary>
public sealed record ParitySettings : ProbeSettings
{
    /// <summary>Shortest sequence, in steps.</summary>
    [Range(1, 1_000_000)] public int MinLength { get; init; } = 16;

    /// <summary>Longest sequence, in steps.</summary>
    [Range(1, 1_000_000)] public int MaxLength { get; init; } = 64;

    private protected override int LargestRow => MaxLength;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (MinLength > MaxLength) yield return $"'min_length' {MinLength} is above 'max_length' {MaxLength}";
        foreach (string problem in base.Validate()) yield return problem;
    }
}

using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Examples;

/// <summary>Which of two symbols has the longest unbroken run: an answer that no short window holds.</summary>
/// <remarks><code>a b b b a a b a  ->  b</code></remarks>
[SequenceTask("longest-run", typeof(LongestRunSettings))]
public sealed class LongestRun(LongestRunSettings settings) : SequenceTask
{
    private const ushort FirstSymbol = 2;

    public override string Name => "longest-run";

    public override string Summary => "which of two symbols has the longest unbroken run (generated)";

    public override int Version => 1;

    public override TaskShape Shape { get; } = new(
        new TokenInput(["<mask>", "<pad>", "a", "b"]), new ClassOutput(["a", "b"]), settings.Length, Chance: 0.5);

    public override double DefaultMaskRatio => 0.15;

    public override string Citation => "made for docs/adding-a-task.md";

    public override string Licence => "generated; no licence applies";

    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        MemorySplit train = Make("train", settings.TrainSize), validation = Make("validation", settings.EvaluationSize), test = Make("test", settings.EvaluationSize);
        return new PreparedTask(Shape, train, validation, test, SplitHash.Combine(train.ContentHash, validation.ContentHash, test.ContentHash), []);
    }

    private MemorySplit Make(string split, int count)
    {
        var rows = new ushort[count][];
        var labels = new int[count];
        for (int row = 0; row < count; row++)
        {
            // A stream of its own makes a row independent of how many come before it.
            var random = new RandomStream(settings.Seed, $"longest-run/{split}", row);
            do rows[row] = [.. Enumerable.Range(0, settings.Length).Select(_ => (ushort)(FirstSymbol + random.Next(2)))];
            while (!TryAnswer(rows[row], out labels[row]));
        }
        return MemorySplit.OfTokens(rows, labels, classes: 2);
    }

    private static bool TryAnswer(ReadOnlySpan<ushort> tokens, out int answer)
    {
        int[] longest = [0, 0];
        for (int t = 0, run = 0; t < tokens.Length; t++)
        {
            run = t > 0 && tokens[t] == tokens[t - 1] ? run + 1 : 1;
            int symbol = tokens[t] - FirstSymbol;
            longest[symbol] = Math.Max(longest[symbol], run);
        }
        answer = longest[1] > longest[0] ? 1 : 0;
        return longest[0] != longest[1];
    }
}

public sealed record LongestRunSettings : TaskSettings
{
    /// <summary>Symbols in a row.</summary>
    [Range(2, 1_000_000)] public int Length { get; init; } = 64;

    /// <summary>Training rows.</summary>
    [Range(1, 10_000_000)] public int TrainSize { get; init; } = 2000;

    /// <summary>Rows of validation, and of test.</summary>
    [Range(1, 10_000_000)] public int EvaluationSize { get; init; } = 500;

    /// <summary>Seed of the data; not the run's seed, so that all runs see the same data.</summary>
    [Range(0, long.MaxValue)] public long Seed { get; init; } = 1;
}

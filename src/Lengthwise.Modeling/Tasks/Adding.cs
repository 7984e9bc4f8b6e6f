using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tasks;

/// <summary>A row of numbers, two of which are marked: what is their sum?</summary>
/// <remarks>
/// <code>
/// value   0.13 0.92 0.55 0.20 … 0.71 0.04
/// marker     0    1    0    0 …    1    0
/// target  1.63
/// </code>
/// Values are uniform in [0, 1) and fed as they are, as published. One mark stands anywhere in the first half, the other anywhere in the second. The
/// target has mean 1 and variance 1/6; always answering 1 has a root mean square error of 0.408. Pure function of its settings.
/// </remarks>
[SequenceTask("adding", typeof(AddingSettings))]
public sealed class Adding(AddingSettings settings) : SequenceTask
{
    private static readonly double TargetDeviation = Math.Sqrt(1.0 / 6);

    /// <inheritdoc/>
    public override string Name => "adding";

    /// <inheritdoc/>
    public override string Summary => "the sum of two marked numbers (generated; regression over a distance)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; } = new(
        new RealInput(2), new RegressionOutput(["sum"], [1f], [(float)TargetDeviation]), settings.Length, TargetDeviation);

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.25;

    /// <inheritdoc/>
    public override string Citation =>
        "Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; the halves as in Arjovsky et al., Unitary Evolution Recurrent Neural Networks, ICML 2016";

    /// <inheritdoc/>
    public override string Licence => "generated; no licence applies";

    /// <inheritdoc/>
    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        MemorySplit train = Generate("train", settings.TrainSize, progress, cancellation);
        MemorySplit validation = Generate("validation", settings.ValidationSize, progress, cancellation);
        MemorySplit test = Generate("test", settings.TestSize, progress, cancellation);
        return new PreparedTask(
            Shape, train, validation, test, SplitHash.Combine(train.ContentHash, validation.ContentHash, test.ContentHash), []);
    }

    private MemorySplit Generate(string split, int size, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        using var rows = new MemorySplitWriter(new SplitShape(ElementKind.Real, 2) { Targets = 1 });
        var valuesL2 = new float[2 * settings.Length];
        for (int row = 0; row < size; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            double sum = Draw(valuesL2, new RandomStream(settings.Seed, $"adding/{split}", row));
            rows.AddPart(valuesL2);
            rows.EndRow(SequenceSplit.Unlabelled, [(float)((sum - 1) / TargetDeviation)]);
        }
        progress?.Report(new PreparationProgress($"adding: {split} sequences", size, size));
        return rows.Finish();
    }

    private double Draw(float[] valuesL2, RandomStream random)
    {
        Array.Clear(valuesL2);
        int half = settings.Length / 2;
        int first = random.Next(half), second = half + random.Next(settings.Length - half);
        for (int t = 0; t < settings.Length; t++) valuesL2[2 * t] = (float)random.NextDouble();
        valuesL2[2 * first + 1] = valuesL2[2 * second + 1] = 1;
        return (double)valuesL2[2 * first] + valuesL2[2 * second];
    }
}

/// <summary>Settings of <see cref="Adding"/>.</summary>
public sealed record AddingSettings : ProbeSettings
{
    /// <summary>Steps of every sequence.</summary>
    [Range(2, 1_000_000)] public int Length { get; init; } = 100;

    private protected override int LargestRow => 2 * Length;
}

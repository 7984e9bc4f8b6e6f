using System.Diagnostics;
using System.Globalization;
using Lengthwise.Modeling.Tasks.Pathfinder;
using static TorchSharp.torch;

namespace Lengthwise.Benchmarks.Pathfinder;

/// <summary>Whether generated images are as hard as published ones, and hard for the right reason.</summary>
/// <param name="TrainSize">Images that the network is trained on.</param>
/// <param name="Epochs">Passes over them.</param>
/// <param name="Minutes">Time for that training.</param>
/// <param name="Width">Channels of the network at full resolution.</param>
/// <param name="Threads">For drawing.</param>
internal sealed record DifficultyStudy(int TrainSize, int Epochs, double Minutes, int Width, int Threads)
{
    private const int TestSize = 4000;
    private const int ProbeTrainSize = 20_000;
    private const int ProbeTestSize = 10_000;
    private const int Folds = 5;
    private static readonly int[] ShortLengths = [2, 4, 6, 9];

    /// <summary>Trains on ours, tests on ours and on published ones.</summary>
    /// <remarks>
    /// A network sees nothing for long when it starts on paths of 14 dashes, so it begins on short ones without distractors and goes on as soon
    /// as it has understood them; all images together are <see cref="TrainSize"/>.
    /// </remarks>
    public string Labels(PathfinderParameters parameters, LabelledImages published, TextWriter log)
    {
        LabelledImages test = LabelledImages.Generate(parameters, TestSize, "test", Threads);
        random.manual_seed(1);
        using var network = new SmallCnn(Width);
        var watch = Stopwatch.StartNew();
        var limit = TimeSpan.FromMinutes(Minutes);
        int shortSize = TrainSize / 10;
        foreach (int length in ShortLengths)
        {
            log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shortSize:N0} images with paths of {length} dashes"));
            LabelledImages easy = LabelledImages.Generate(parameters with { ContourLength = length, Distractors = 0 }, shortSize, $"train-{length}", Threads);
            TimeSpan share = (limit - watch.Elapsed) * 0.4;
            new BinaryTraining(Epochs, 2e-3, Turns: true, share) { WarmUpShare = 0.02, ComesDown = false, EnoughAccuracy = 0.85 }.Run(network, easy, length, log);
        }
        LabelledImages train = LabelledImages.Generate(parameters, TrainSize - ShortLengths.Length * shortSize, "train", Threads);
        var training = new BinaryTraining(Epochs, 2e-3, Turns: true, limit - watch.Elapsed) { WarmUpShare = 0.02 };
        (double epochs, _) = training.Run(network, train, 1, log);
        double ours = BinaryTraining.Accuracy(network, test), theirs = BinaryTraining.Accuracy(network, published);
        double processor = Process.GetCurrentProcess().TotalProcessorTime.TotalMinutes;
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            | network of {network.parameters().Sum(p => p.numel()):N0} parameters, {TrainSize:N0} of ours, {epochs:F1} epochs of the {train.Count:N0} full ones, {watch.Elapsed.TotalMinutes:F1} min, {processor:F1} min of processor time | accuracy |
            |---|---:|
            | on {test.Count:N0} others of ours | {ours:P1} |
            | on the {published.Count:N0} published | {theirs:P1} |
            | difference | {100 * (theirs - ours):+0.0;-0.0} points |

            """);
    }

    /// <summary>A linear probe of the label.</summary>
    public string Probe(PathfinderParameters parameters)
    {
        LabelledImages train = LabelledImages.Generate(parameters, ProbeTrainSize, "probe-train", Threads);
        LabelledImages test = LabelledImages.Generate(parameters, ProbeTestSize, "probe-test", Threads);
        random.manual_seed(1);
        int pixels = parameters.Resolution * parameters.Resolution;
        using nn.Module<Tensor, Tensor> probe = nn.Sequential(nn.Flatten(), nn.Linear(pixels, 1), nn.Flatten(0));
        new BinaryTraining(10, 1e-3, Turns: false, TimeSpan.FromMinutes(Minutes)).Run(probe, train, 1, null);
        return string.Create(CultureInfo.InvariantCulture, $"A linear probe trained on {train.Count:N0} has {BinaryTraining.Accuracy(probe, test):P2} on {test.Count:N0} others (bound: 48.5 to 51.5 %).\n");
    }

    /// <summary>Cross-validated area under the ROC curve of a network that tells ours from published ones.</summary>
    public string Origins(PathfinderParameters parameters, LabelledImages published, TextWriter log)
    {
        LabelledImages ours = LabelledImages.Generate(parameters, published.Count, "origin", Threads);
        int[] order = [.. Enumerable.Range(0, published.Count)];
        new RandomStream(1, "pathfinder/study/folds").Shuffle<int>(order);
        var both = new LabelledImages(parameters.Resolution, [.. ours.Pixels, .. published.Pixels], [.. ours.Labels.Select(_ => 0), .. published.Labels.Select(_ => 1)]);
        var areas = new double[Folds];
        for (int fold = 0; fold < Folds; fold++)
        {
            int held = fold;
            IEnumerable<int> Rows(bool isHeld) => order.Where((_, i) => i % Folds == held == isHeld).SelectMany(i => new[] { i, published.Count + i });
            random.manual_seed(fold);
            using var network = new SmallCnn(Width / 2);
            new BinaryTraining(12, 2e-3, Turns: false, TimeSpan.FromMinutes(Minutes)).Run(network, both.Take(Rows(false)), fold, null);
            LabelledImages test = both.Take(Rows(true));
            areas[fold] = AreaUnderCurve(BinaryTraining.Logits(network, test), test.Labels);
            log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ours or published, fold {fold + 1}: area {areas[fold]:F3}"));
            log.Flush();
        }
        double mean = areas.Average(), deviation = Math.Sqrt(areas.Sum(a => (a - mean) * (a - mean)) / (Folds - 1));
        return string.Create(CultureInfo.InvariantCulture, $"A network told to separate {ours.Count:N0} of ours from {published.Count:N0} published: area under the ROC curve {mean:F3}, deviation over {Folds} folds {deviation:F3} (bound: below 0.6).\n");
    }

    /// <summary>How often a positive scores above a negative; ties count half.</summary>
    internal static double AreaUnderCurve(IReadOnlyList<float> scores, IReadOnlyList<int> labels)
    {
        float[] negative = [.. scores.Where((_, i) => labels[i] == 0)], positive = [.. scores.Where((_, i) => labels[i] == 1)];
        return positive.Average(p => negative.Average(n => p > n ? 1.0 : p == n ? 0.5 : 0.0));
    }
}

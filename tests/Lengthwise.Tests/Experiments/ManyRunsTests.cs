using System.Diagnostics;
using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Reports;
using Lengthwise.Statistics;
using Lengthwise.Tests.Reports;

namespace Lengthwise.Tests.Experiments;

/// <summary>A store of hundreds of runs.</summary>
public sealed class ManyRunsTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Five_hundred_runs_of_one_store_are_listed_and_reported_in_seconds()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lengthwise-many-");
        try
        {
            Fill(folder);
            var watch = Stopwatch.StartNew();

            using (var store = RunStore.Open(folder)) Assert.Equal(500, store.List().Count);
            ComparisonData data = ComparisonReader.Read([folder]);
            string page = ReportFiles.Write(Summary.From(data), folder);

            Assert.Equal((500, 500), (data.Cells.Count, data.TestItems.Count));
            Assert.InRange(new FileInfo(page).Length, 200_000, 4_000_000);
            // Five to eight on two free cores; a machine that is busy takes its time.
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 40);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Fill(DirectoryInfo folder)
    {
        const int items = 300;
        var random = new RandomStream(1, "many-runs");
        foreach (int model in Enumerable.Range(0, 10))
            foreach (string objective in new[] { "scratch", "masked", "causal", "scratch-matched", "masked-pre40" })
                for (int seed = 1; seed <= 10; seed++)
                {
                    int[] labels = [.. Enumerable.Range(0, items).Select(i => i % 2)];
                    float[] probabilities = [.. labels.SelectMany(label => random.NextDouble() < 0.6 + 0.03 * model ? new[] { 1f - label, label } : [label, 1f - label])];
                    var predictions = new ClassPredictions([.. Enumerable.Range(0, items)], labels, ["a", "b"], probabilities);
                    string name = string.Create(CultureInfo.InvariantCulture, $"model-{model}-{objective}-seed{seed}");
                    var run = new RunFolder(folder.CreateSubdirectory(name));
                    RunRecordFile.Write(run.ResultPath, SampleComparison.Cell("t", $"model-{model}", objective, seed, predictions.Score(MetricKind.Accuracy)) with { TestItems = items, Run = name });
                    PredictionsFile.Write(run.PredictionsPath, predictions);
                    File.WriteAllText(run.RecipePath, "[task]\nname = \"t\"\n");
                    File.WriteAllLines(run.MetricsPath, Enumerable.Range(1, 50).Select(i => MetricsFile.Format(
                        new MetricLine { Phase = "finetune", Split = "validation", Step = 10 * i, Metric = 0.5 + 0.004 * i, Flops = 1e9 * i, Seconds = i })));
                }
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Native;
using static TorchSharp.torch;

namespace Lengthwise.Benchmarks.Loading;

/// <summary>How fast batches come from packed splits, against how fast the fastest model uses them up: both in turn, one thread.</summary>
internal static class LoadingCommand
{
    /// <summary>The verb <c>loading</c>.</summary>
    public static Command Create(TextWriter output)
    {
        var seconds = new Option<double>("--seconds") { Description = "Time for each case.", DefaultValueFactory = _ => 10 };
        var smoke = new Option<bool>("--smoke") { Description = "Tiny splits, two rounds: whether everything runs, not how fast." };
        var command = new Command("loading", "Times the loader against a training step of a small S4D, the model that uses up data fastest.") { seconds, smoke };
        command.SetAction(parsed =>
        {
            NativeRuntime.Start(1);
            bool isSmoke = parsed.GetValue(smoke);
            output.WriteLine("| split | loaded, Msteps/s | S4D 1 layer d 32, Msteps/s | loader is faster by (min, max) |");
            output.WriteLine("|---|---|---|---|");
            foreach (LoadingCase c in LoadingCase.All(isSmoke)) output.WriteLine(Measure(c, isSmoke ? TimeSpan.Zero : TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        });
        return command;
    }

    private static string Measure(LoadingCase c, TimeSpan limit)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lengthwise-loading-");
        try
        {
            string path = Path.Combine(folder.FullName, "train.split");
            c.Write(path);
            using PackedSplit split = PackedSplit.Open(path);
            var batches = new BatchSource(split, c.Input, c.BatchSize, seed: 1);
            using SequenceModel model = SequenceModel.Create(
                new S4D(), new S4D.Settings { DModel = 32, NLayers = 1, DState = 16 },
                c.Input is TokenInput tokens ? new ModelInput.Tokens(tokens.Vocabulary.Count) : new ModelInput.Reals(1), new ModelOutput.Pooled(10), c.MaxLength);
            optim.Optimizer optimizer = optim.AdamW(model.parameters(), lr: 1e-3);
            var loading = new List<double>();
            var training = new List<double>();
            var clock = Stopwatch.StartNew();
            for (int round = 0; round < 2 || clock.Elapsed < limit; round++)
            {
                int index = round % batches.BatchesPerEpoch, few = Math.Min(8, batches.BatchesPerEpoch);
                long start = Stopwatch.GetTimestamp(), steps = 0;
                for (int i = 0; i < few; i++)
                {
                    using Batch loaded = batches.At(round, (index + i) % batches.BatchesPerEpoch);
                    steps += loaded.ValidTokens;
                }
                loading.Add(steps / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6);
                using Batch batch = batches.At(round, index);
                start = Stopwatch.GetTimestamp();
                Train(model, optimizer, batch);
                training.Add(batch.ValidTokens / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6);
            }
            double[] ratios = [.. loading.Zip(training, (l, t) => l / t).Order()];
            return string.Create(
                CultureInfo.InvariantCulture, $"| {c.Name} | {Median(loading):0.0} | {Median(training):0.00} | {ratios[ratios.Length / 2]:0}x ({ratios[0]:0}, {ratios[^1]:0}) |");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Train(SequenceModel model, optim.Optimizer optimizer, Batch batch)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        nn.functional.cross_entropy(model.forward(batch.Input, null), batch.Labels).backward();
        BackwardFault.Rethrow();
        optimizer.step();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

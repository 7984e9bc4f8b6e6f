using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Reports;
using Lengthwise.Statistics;

namespace Lengthwise.Tests.Reports;

/// <summary>Made-up but realistic comparisons. No number in here was measured.</summary>
internal static class SampleComparison
{
    private static readonly (string Model, string Objective, double[] Tests)[] MarkovArms =
    [
        ("transformer", "scratch", [0.672, 0.691, 0.655]),
        ("transformer", "masked", [0.998, 0.981, 1.000]),
        ("transformer", "causal", [0.962, 0.941, 0.978]),
        ("s4d", "scratch", [0.998, 0.997, 0.999]),
        ("s4d", "masked", [0.999, 0.999, 0.998]),
        ("s4d", "causal", [0.991, 0.996, 0.989]),
    ];

    private static readonly (string Model, string Objective, double[] Tests)[] FashionArms =
    [
        ("transformer", "scratch", [0.790, 0.781, 0.795]),
        ("transformer", "masked", [0.786, 0.792, 0.788]),
        ("s4d", "scratch", [0.803, 0.811, 0.806]),
        ("s4d", "masked", [0.815, 0.809, 0.811]),
    ];

    /// <summary>Two tasks, two models, up to three objectives, three seeds, with curves, trials and recipes.</summary>
    public static ComparisonData Full()
    {
        RunRecord[] markov = [.. MarkovArms.SelectMany(a => a.Tests.Select((t, i) => Cell("markov-sources", a.Model, a.Objective, i + 1, t)))];
        RunRecord[] fashion = [.. FashionArms.SelectMany(a => a.Tests.Select((t, i) => Cell("fashion-mnist", a.Model, a.Objective, i + 1, t)))];
        RunRecord[] cells = [.. markov, .. fashion];
        return new ComparisonData
        {
            Title = "Transformer and S4D, from scratch and after self-pretraining",
            Command = "lengthwise compare markov-sources fashion-mnist --models transformer,s4d --objectives scratch,masked,causal --seeds 3",
            Preset = "first-light",
            Cells = cells,
            Trials = [.. MarkovArms.SelectMany(a => new[] { 5e-4, 1e-3, 2e-3 }.Select(lr => Trial("markov-sources", a.Model, a.Objective, lr)))],
            Curves = cells.ToDictionary(c => c.Run, Curve),
            Recipes = cells.ToDictionary(c => c.Run, Recipe),
            Notes =
            [
                "Every arm gets 1,200 steps: the scratch arm on labels alone, the others 800 on pretraining and 400 on labels.",
                "Each arm's learning rate is the best of 0.0005, 0.001 and 0.002 on validation, tuned with seed 9001, which is not compared.",
                "Validation selects the weights; the test split is read once.",
            ],
            TaskSummaries = new Dictionary<string, string>
            {
                ["markov-sources"] = "Which of four hidden Markov chains made the sequence? Single symbols say nothing; neighbours say all.",
                ["fashion-mnist"] = "Clothes as 14 x 14 grey pixels, read as a sequence of 196 steps.",
            },
        };
    }

    /// <summary>One task and two objectives with six cells: small enough for an approved file.</summary>
    public static ComparisonData Small()
    {
        ComparisonData full = Full();
        RunRecord[] cells = [.. full.Cells.Where(c => c.Task == "markov-sources" && c.Objective != "causal" && c.Seed <= 2)];
        return full with
        {
            Cells = cells,
            Trials = [.. full.Trials.Where(t => t.Model == "s4d" && t.Objective == "masked")],
            NotApplicable = [new("markov-sources", "conv1d", "masked", "it has no output at every step")],
            Failures = [new("markov-sources", "s4d", "masked", 3, "the loss left the numbers at step 120")],
            Curves = cells.ToDictionary(c => c.Run, c => (IReadOnlyList<MetricLine>)[.. full.Curves[c.Run].Where(l => l.Step % 100 == 0)]),
            Recipes = cells.ToDictionary(c => c.Run, _ => "[task]\nname = \"markov-sources\"\n"),
        };
    }

    /// <summary>The same with what each of 400 test items was taken for, four classes, alike for all seeds.</summary>
    public static ComparisonData WithItems(ComparisonData data)
    {
        const int items = 400;
        string[] classes = ["north", "east", "south", "west"];
        var random = new RandomStream(1, "sample-items");
        double[] hard = [.. Enumerable.Range(0, items).Select(_ => random.NextDouble())];
        var cells = new List<RunRecord>();
        var stored = new Dictionary<string, TestItems>();
        foreach (RunRecord cell in data.Cells)
        {
            int[] labels = [.. Enumerable.Range(0, items).Select(i => i % 4)];
            float[] probabilities = new float[4 * items];
            for (int i = 0; i < items; i++)
            {
                bool isRight = 0.8 * hard[i] + 0.2 * random.NextDouble() < cell.Test;
                int named = isRight ? labels[i] : (labels[i] + 1 + random.Next(2)) % 4;
                for (int k = 0; k < 4; k++) probabilities[4 * i + k] = k == named ? (float)(0.55 + 0.4 * random.NextDouble()) : 0;
                for (int k = 0; k < 4; k++) if (k != named) probabilities[4 * i + k] = (1 - probabilities[4 * i + named]) / 3;
            }
            var predictions = new ClassPredictions([.. Enumerable.Range(0, items)], labels, classes, probabilities);
            cells.Add(cell with { Test = predictions.Score(MetricKind.Accuracy), TestItems = items });
            stored[cell.Run] = TestItems.Of(predictions, MetricKind.Accuracy)!;
        }
        return data with { Cells = cells, TestItems = stored };
    }

    /// <summary>A cell; runs of the transformer from scratch on markov-sources are at chance for a while, and say so.</summary>
    public static RunRecord Cell(string task, string model, string objective, long seed, double? test) => new()
    {
        Task = task,
        TaskVersion = 1,
        Model = model,
        Objective = objective,
        Seed = seed,
        Bidirectional = objective != "causal",
        Lr = model == "s4d" ? 1e-3 : objective == "scratch" ? 2e-3 : 1e-3,
        Parameters = model == "s4d" ? 69_444 : 67_652,
        Metric = "accuracy",
        Chance = task == "markov-sources" ? 0.25 : 0.1,
        Validation = test - 0.004,
        Test = test,
        TestItems = 1000,
        PretrainValidation = objective == "scratch" ? null : 0.41,
        PretrainLoss = objective == "scratch" ? null : Math.Round(1.6 + 0.02 * seed + (model == "s4d" ? 0 : 0.05), 2),
        PretrainFlops = objective == "scratch" ? 0 : model == "s4d" ? 4.1e12 : 7.6e12,
        FinetuneFlops = (model == "s4d" ? 5.1e9 : 9.5e9) * (objective == "scratch" ? 1200 : 400),
        PretrainSteps = objective == "scratch" ? 0 : 800,
        FinetuneSteps = objective == "scratch" ? 1200 : 400,
        SelectedStep = objective == "scratch" ? 1140 : 380,
        Seconds = (model == "s4d" ? 41.5 : 74.25) + seed,
        PretrainSeconds = objective == "scratch" ? 0 : 30,
        TokensPerSecond = model == "s4d" ? 182_000 : 101_500,
        PaddingSaved = 1,
        PeakMemoryBytes = model == "s4d" ? 812_000_000 : 1_240_000_000,
        DataHash = task == "markov-sources" ? "9f2c4e1ab07d55e9" : "03b1c6d28a4f7710",
        Threads = 2,
        Machine = new()
        {
            Cpu = "AMD EPYC 9654",
            Cores = 2,
            System = "Debian GNU/Linux 12",
            DotNet = "10.0.0",
            LibTorch = "2.10.0",
            Lengthwise = "0.1.0",
        },
        Diagnoses = model == "transformer" && objective == "scratch" && task == "markov-sources" && seed == 3
            ? [new("at-chance", DiagnosisSeverity.Warning, "accuracy 26.1 % after 300 steps, chance is 25.0 %", "finetune", 300)]
            : [],
        Transfer = objective == "scratch" ? null : new(["encoder.weight", "layers.0.weight"], ["head.weight", "head.bias"], ["decoder.weight"]),
        Run = string.Create(CultureInfo.InvariantCulture, $"{task}-{model}-{objective}-{seed}"),
    };

    private static RunRecord Trial(string task, string model, string objective, double lr)
    {
        RunRecord cell = Cell(task, model, objective, 9001, null);
        double best = cell.Lr;
        return cell with
        {
            Lr = lr,
            Validation = 0.93 - 0.05 * Math.Abs(Math.Log2(lr / best)),
            Run = string.Create(CultureInfo.InvariantCulture, $"tuning-{cell.Run}-{lr}"),
        };
    }

    private static IReadOnlyList<MetricLine> Curve(RunRecord cell)
    {
        var random = new RandomStream(cell.Seed, "sample-" + cell.Run);
        var lines = new List<MetricLine>();
        double onset = 0.35 + 0.1 * random.NextDouble();
        for (int i = 1; i <= 20 && cell.PretrainSteps > 0; i++)
        {
            double share = i / 20.0;
            double loss = 2.485 - 0.85 / (1 + Math.Exp(-16 * (share - onset))) + 0.01 * random.NextNormal();
            lines.Add(new() { Phase = "pretrain", Split = "validation", Step = cell.PretrainSteps * i / 20, Loss = loss, Metric = 0.08 + (2.485 - loss) / 2.5, Flops = cell.PretrainFlops * share, Seconds = cell.PretrainSeconds * share });
        }
        double rate = cell.Objective == "scratch" ? 5 : 14;
        double late = cell.Objective == "scratch" ? 0.3 + 0.1 * random.NextDouble() : 0.05;
        for (int i = 1; i <= 20; i++)
        {
            double reached = (1 / (1 + Math.Exp(-rate * (i / 20.0 - late))) - 0.1) / 0.9;
            double metric = Math.Min(1, cell.Chance + (cell.Test!.Value - cell.Chance) * Math.Clamp(reached, 0, 1) + 0.008 * random.NextNormal());
            lines.Add(new() { Phase = "finetune", Split = "validation", Step = cell.FinetuneSteps * i / 20, Loss = 1.4 - metric, Metric = metric, Flops = cell.FinetuneFlops * i / 20, Seconds = (cell.Seconds - cell.PretrainSeconds) * i / 20 });
        }
        return lines;
    }

    private static string Recipe(RunRecord cell) => string.Create(CultureInfo.InvariantCulture, $"""
        # data {cell.DataHash}, Lengthwise {cell.Machine.Lengthwise}
        [task]
        name = "{cell.Task}"

        [model]
        name = "{cell.Model}"
        d_model = 64
        n_layers = 2

        [objective]
        name = "{cell.Objective}"

        [optimizer]
        lr = {cell.Lr}
        batch_size = 50

        [run]
        seed = {cell.Seed}
        threads = {cell.Threads}

        """);
}

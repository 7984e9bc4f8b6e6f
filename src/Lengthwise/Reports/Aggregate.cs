using Lengthwise.Experiments;
using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>One arm of a task, a model under an objective, over its seeds.</summary>
public sealed record Aggregate
{
    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>Objective.</summary>
    public required string Objective { get; init; }

    /// <summary>Seeds that finished, those without a test score included.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Mean over seeds and 95 % interval of the test metric; null when no seed has a score.</summary>
    public Interval? Test { get; init; }

    /// <summary>The same with its variances; not cut at what the metric can be.</summary>
    public CrossedEstimate? Estimate { get; init; }

    /// <summary>Whether the interval counts what other test items would have changed, beside other seeds: all runs stored their predictions.</summary>
    public bool CountsItems { get; init; }

    /// <summary>Whether it counts groups of items (patients, speakers, documents) instead of items.</summary>
    public bool CountsGroups { get; init; }

    /// <summary>Mean over seeds of every test metric by name, the primary one included; NaN where no seed has it.</summary>
    public IReadOnlyDictionary<string, double> TestMetrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Mean validation metric at the selected evaluation.</summary>
    public double? Validation { get; init; }

    /// <summary>Whether the models of this arm saw the future.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Trainable parameters of the fine-tuned model.</summary>
    public long Parameters { get; init; }

    /// <summary>Mean optimizer steps of the pretraining phase.</summary>
    public double PretrainSteps { get; init; }

    /// <summary>Mean optimizer steps of the label phase.</summary>
    public double FinetuneSteps { get; init; }

    /// <summary>Mean seconds of both phases.</summary>
    public double Seconds { get; init; }

    /// <summary>Mean floating-point operations of training, both phases; 0 where they were not counted.</summary>
    public double Flops { get; init; }

    /// <summary>How often each class was taken for each, over all seeds; null where not all stored it.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>How probabilities and outcomes agree, over all seeds; null where not all stored it.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>Mean valid positions per second.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>Largest resident memory over the seeds.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>Learning rates of the seeds, each once; one in a tuned comparison.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [];

    /// <summary>Seeds that were diagnosed as staying at chance.</summary>
    public int AtChance { get; init; }

    /// <summary>Summarises the cells of one arm.</summary>
    internal static Aggregate Of(IReadOnlyList<RunRecord> cells, IReadOnlyDictionary<string, TestItems> items)
    {
        RunRecord first = cells[0];
        SeedScores scores = SeedScores.Of(cells, items);
        TestItems[] stored = [.. cells.Where(Arms.HasTest).Select(c => items.GetValueOrDefault(c.Run)).OfType<TestItems>()];
        CrossedEstimate? estimate = scores.Estimate();
        double[] validations = [.. cells.Select(c => c.Validation).OfType<double>().Where(double.IsFinite)];
        return new Aggregate
        {
            Model = first.Model,
            Objective = first.Objective,
            Seeds = [.. cells.Select(c => c.Seed)],
            Test = estimate is null ? null : Bounded(estimate.Interval(), first.Metric, scores.ItemCount),
            Estimate = estimate,
            CountsItems = scores.ItemCount is not null,
            CountsGroups = scores.IsGrouped,
            TestMetrics = cells.SelectMany(c => c.TestMetrics).GroupBy(m => m.Key)
                .ToDictionary(g => g.Key, g => g.Select(m => m.Value).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average()),
            Validation = validations.Length == 0 ? null : validations.Average(),
            Bidirectional = first.Bidirectional,
            Parameters = first.Parameters,
            PretrainSteps = cells.Average(c => c.PretrainSteps),
            FinetuneSteps = cells.Average(c => c.FinetuneSteps),
            Seconds = cells.Average(c => c.Seconds),
            Flops = cells.All(c => c.FinetuneFlops > 0) ? cells.Average(c => c.PretrainFlops + c.FinetuneFlops) : 0,
            Confusion = stored.Length == scores.Count ? ConfusionMatrix.Sum([.. stored.Select(i => i.Confusion).OfType<ConfusionMatrix>()]) : null,
            Calibration = stored.Length == scores.Count ? Statistics.Calibration.Of([.. stored.Select(i => i.Calibration).OfType<Calibration>()]) : null,
            TokensPerSecond = cells.Average(c => c.TokensPerSecond),
            PeakMemoryBytes = cells.Max(c => c.PeakMemoryBytes),
            LearningRates = [.. cells.Select(c => c.Lr).Distinct().Order()],
            AtChance = cells.Count(c => c.Diagnoses.Any(d => d.Code == "at-chance" && d.Phase == "finetune")),
        };
    }

    private static Interval Bounded(Interval interval, string metric, int? items)
    {
        if (!MetricText.IsShare(metric)) return interval;
        // No item differs: other items still might (Clopper and Pearson, 1934, for all right or all wrong).
        double sure = items is { } n ? Math.Pow(0.025, 1.0 / n) : 1;
        Interval within = interval.Within(0, 1);
        return within is { Low: 1, High: 1 } ? within with { Low = sure } : within is { Low: 0, High: 0 } ? within with { High = 1 - sure } : within;
    }
}

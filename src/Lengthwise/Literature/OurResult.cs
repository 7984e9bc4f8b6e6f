using Lengthwise.Experiments;
using Lengthwise.Statistics;

namespace Lengthwise.Literature;

/// <summary>What our own runs reached under one set of conditions, over seeds.</summary>
public sealed record OurResult
{
    /// <summary>Model.</summary>
    public required string Model { get; init; }

    /// <summary>Objective.</summary>
    public required string Objective { get; init; }

    /// <summary>Metric by its key.</summary>
    public required string Metric { get; init; }

    /// <summary>Test score over seeds: percent for shares, else in the metric's units.</summary>
    public required Interval Score { get; init; }

    /// <summary>Trained parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>Labelled training rows.</summary>
    public int LabelledRows { get; init; }

    /// <summary>Test items.</summary>
    public int TestItems { get; init; }

    /// <summary>Optimizer steps of both phases.</summary>
    public long Steps { get; init; }

    /// <summary>What was said about the data, such as that it is a subset.</summary>
    public IReadOnlyList<string> DataNotes { get; init; } = [];

    /// <summary>Results of a task, best first. Runs that differ in data, size, steps or metric are never put together.</summary>
    /// <param name="task">Task.</param>
    /// <param name="runs">Finished runs of any tasks.</param>
    public static IReadOnlyList<OurResult> Of(string task, IEnumerable<RunRecord> runs)
    {
        OurResult[] results =
        [
            .. runs.Where(r => r.Task == task && r.Test is { } test && double.IsFinite(test))
                .Select(r => r.Labelled())
                .GroupBy(r => (r.Model, r.Objective, r.LabelledRows, r.Metric, r.DataHash, r.Parameters, Steps: r.PretrainSteps + r.FinetuneSteps, r.HigherIsBetter))
                .OrderByDescending(g => g.Average(r => r.Test!.Value) * (g.Key.HigherIsBetter ? 1 : -1))
                .Select(g => From([.. g.DistinctBy(r => r.Seed)])),
        ];
        return results;
    }

    private static OurResult From(RunRecord[] runs)
    {
        RunRecord first = runs[0];
        double unit = Metrics.OfClasses.Any(m => m.Key() == first.Metric) ? 100 : 1;
        return new OurResult
        {
            Model = first.Model,
            Objective = first.Objective,
            Metric = first.Metric,
            Score = StudentInterval.OfMean([.. runs.Select(r => unit * r.Test!.Value)]),
            Parameters = first.Parameters,
            LabelledRows = first.LabelledRows,
            TestItems = first.TestItems,
            Steps = first.PretrainSteps + first.FinetuneSteps,
            DataNotes = first.DataNotes,
        };
    }
}

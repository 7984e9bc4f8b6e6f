using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Reports;
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

    /// <summary>Whether its interval counts what other test items would have changed, beside other seeds.</summary>
    public bool CountsItems { get; init; }

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
    /// <param name="runs">Finished runs of any tasks, each with its test items where it stored them.</param>
    public static IReadOnlyList<OurResult> Of(string task, IEnumerable<(RunRecord Record, TestItems? Items)> runs)
    {
        OurResult[] results =
        [
            .. runs.Where(r => r.Record.Task == task && r.Record.Test is { } test && double.IsFinite(test))
                .Select(r => (Record: r.Record.Labelled(), r.Items))
                .GroupBy(run => Conditions(run.Record))
                .OrderByDescending(g => g.Average(r => r.Record.Test!.Value) * (g.Key.HigherIsBetter ? 1 : -1))
                .Select(g => From([.. g.DistinctBy(r => r.Record.Seed)])),
        ];
        return results;
    }

    private static (string Model, string Objective, int LabelledRows, string Metric, string DataHash, long Parameters, long Steps, bool HigherIsBetter) Conditions(RunRecord r) =>
        (r.Model, r.Objective, r.LabelledRows, r.Metric, r.DataHash, r.Parameters, r.PretrainSteps + r.FinetuneSteps, r.HigherIsBetter);

    private static OurResult From((RunRecord Record, TestItems? Items)[] runs)
    {
        RunRecord first = runs[0].Record;
        // Runs of several folders may have one name.
        RunRecord[] records = [.. runs.Select((r, i) => r.Record with { Run = i.ToString(CultureInfo.InvariantCulture) })];
        var items = records.Zip(runs).Where(p => p.Second.Items is not null).ToDictionary(p => p.First.Run, p => p.Second.Items!);
        Aggregate arm = Aggregate.Of(records, items);
        double unit = Metrics.OfClasses.Any(m => m.Key() == first.Metric) ? 100 : 1;
        return new OurResult
        {
            Model = first.Model,
            Objective = first.Objective,
            Metric = first.Metric,
            Score = new Interval(unit * arm.Test!.Low, unit * arm.Test.Mean, unit * arm.Test.High, arm.Test.N),
            CountsItems = arm.CountsItems,
            Parameters = first.Parameters,
            LabelledRows = first.LabelledRows,
            TestItems = first.TestItems,
            Steps = first.PretrainSteps + first.FinetuneSteps,
            DataNotes = first.DataNotes,
        };
    }
}

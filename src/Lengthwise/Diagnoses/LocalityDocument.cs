using System.Text.Json;
using Lengthwise.Experiments;
using Lengthwise.Statistics;

namespace Lengthwise.Diagnoses;

/// <summary>How far a task needs a model to look, <c>locality.json</c>: the score of a Transformer by the window of its attention, beside floors.</summary>
public sealed record LocalityDocument
{
    /// <summary>Name of the file in a folder of diagnoses.</summary>
    public const string FileName = "locality.json";

    // A point of a share; of other metrics two hundredths of the score with whole attention.
    private const double ShareTolerance = 0.01, RelativeTolerance = 0.02;

    /// <summary>Version of this format; raised when a key changes its meaning or goes away, not when one is added.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Task.</summary>
    public required string Task { get; init; }

    /// <summary>Metric on the test split.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether more of it is better.</summary>
    public required bool HigherIsBetter { get; init; }

    /// <summary>What guessing scores.</summary>
    public required double Chance { get; init; }

    /// <summary>Labelled test items.</summary>
    public required int TestItems { get; init; }

    /// <summary>Steps of the longest sequence.</summary>
    public required int Length { get; init; }

    /// <summary>Layers of the Transformer and of the convolutions.</summary>
    public required int Layers { get; init; }

    /// <summary>What every run was given, as a clause.</summary>
    public required string Budget { get; init; }

    /// <summary>The models, floors first, then by window.</summary>
    public required IReadOnlyList<LocalityPoint> Points { get; init; }

    /// <summary>Runs without a result, with the reason.</summary>
    public IReadOnlyList<RunWithoutReach> Without { get; init; } = [];

    /// <summary>
    /// The smallest window that comes as near to whole attention as <see cref="Tolerance"/>, or beats it; null where none does, and where whole attention
    /// itself is no better than guessing.
    /// </summary>
    public int? Sufficient { get; init; }

    /// <summary>Whether whole attention leaves guessing behind by twice the tolerance; without that, windows say nothing.</summary>
    public bool HasLearned { get; init; }

    /// <summary>What counts as near.</summary>
    public double Tolerance { get; init; }

    /// <summary>Sums up finished runs.</summary>
    /// <param name="arms">The models.</param>
    /// <param name="runs">Runs of the models, by <see cref="RunRecord.Model"/>; others are left out, and so are those without a test score.</param>
    /// <param name="length">Steps of the longest sequence.</param>
    /// <param name="layers">Layers.</param>
    /// <param name="budget">What every run was given.</param>
    /// <exception cref="LengthwiseException">No run has a score.</exception>
    public static LocalityDocument Of(IReadOnlyList<LocalityArm> arms, IReadOnlyList<RunRecord> runs, int length, int layers, string budget)
    {
        RunRecord[] scored = [.. runs.Where(r => r.Test is { } t && double.IsFinite(t) && arms.Any(a => a.Name == r.Model)).OrderBy(r => r.Seed)];
        if (scored.Length == 0) throw new LengthwiseException(ExitCode.Failed, "measuring locality: no run has a score on the test split", "the messages above say why");
        ILookup<string, RunRecord> byArm = scored.ToLookup(r => r.Model);
        RunRecord first = scored[0];
        bool isShare = Reports.MetricText.IsShare(first.Metric);
        RunRecord[] whole = [.. arms.Where(a => a.Kind == LocalityKind.Whole).SelectMany(a => byArm[a.Name])];
        LocalityPoint[] points = [.. arms.Where(a => byArm[a.Name].Any()).OrderBy(a => a.Order).Select(a => LocalityPoint.Of(a, [.. byArm[a.Name]], whole, isShare))];

        double tolerance = isShare || whole.Length == 0 ? ShareTolerance : RelativeTolerance * Math.Abs(whole.Average(r => r.Test!.Value));
        double sign = first.HigherIsBetter ? 1 : -1;
        bool hasLearned = whole.Length > 0 && sign * (whole.Average(r => r.Test!.Value) - first.Chance) > 2 * tolerance;
        LocalityPoint? sufficient = hasLearned ? points.FirstOrDefault(p => p.Arm.Kind == LocalityKind.Window && p.ToWhole is { } d && sign * d.Mean >= -tolerance) : null;
        return new LocalityDocument
        {
            Task = first.Task,
            Metric = first.Metric,
            HigherIsBetter = first.HigherIsBetter,
            Chance = first.Chance,
            TestItems = first.TestItems,
            Length = length,
            Layers = layers,
            Budget = budget,
            Points = points,
            Sufficient = sufficient?.Arm.Window,
            HasLearned = hasLearned,
            Tolerance = tolerance,
        };
    }

    /// <summary>Reads a document; null where there is none.</summary>
    /// <exception cref="LengthwiseException">The file is no such document.</exception>
    public static LocalityDocument? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<LocalityDocument>(File.ReadAllBytes(path), RecordJson.Document) ?? throw new JsonException("the file holds 'null'");
        }
        catch (JsonException e)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading a locality profile from '{path}': {e.Message}", "delete the file and run 'lengthwise diagnose locality' again: finished runs are kept", e);
        }
    }

    /// <summary>The document as JSON, with a newline at its end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RecordJson.Document) + "\n";
}

/// <summary>One model of a profile with its score.</summary>
/// <param name="Arm">The model.</param>
/// <param name="Parameters">Trained values.</param>
/// <param name="Test">Score on the test split, mean and interval over seeds.</param>
/// <param name="ToWhole">Difference to whole attention, seed by seed; null for whole attention itself and without a common seed.</param>
public sealed record LocalityPoint(LocalityArm Arm, long Parameters, Interval Test, Interval? ToWhole)
{
    internal static LocalityPoint Of(LocalityArm arm, RunRecord[] runs, RunRecord[] whole, bool isShare)
    {
        Dictionary<long, double> wholes = whole.DistinctBy(r => r.Seed).ToDictionary(r => r.Seed, r => r.Test!.Value);
        double[] differences = arm.Kind == LocalityKind.Whole ? [] : [.. runs.Where(r => wholes.ContainsKey(r.Seed)).Select(r => r.Test!.Value - wholes[r.Seed])];
        Interval test = StudentInterval.OfMean([.. runs.Select(r => r.Test!.Value)]);
        return new LocalityPoint(arm, runs[0].Parameters, isShare ? test.Within(0, 1) : test, differences.Length == 0 ? null : StudentInterval.OfMean(differences));
    }
}

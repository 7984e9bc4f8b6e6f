namespace Lengthwise.Experiments;

/// <summary>One line of a list of runs.</summary>
/// <param name="Path">Folder, relative to the listed one, with forward slashes.</param>
/// <param name="Status">Whether it is finished.</param>
/// <param name="Task">Task; empty when the run is not finished.</param>
/// <param name="Model">Model; empty when the run is not finished.</param>
/// <param name="Objective">Objective; empty when the run is not finished.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Validation">Metric on the validation split.</param>
/// <param name="Test">Metric on the test split.</param>
/// <param name="Seconds">Training time.</param>
/// <param name="Steps">Steps of both phases.</param>
public sealed record RunEntry(
    string Path, RunStatus Status, string Task, string Model, string Objective, long? Seed, string Metric, double? Validation, double? Test, double? Seconds, long? Steps)
{
    /// <summary>Reads a run's folder; one that cannot be read is listed as damaged.</summary>
    public static RunEntry Of(string path, RunFolder run)
    {
        var empty = new RunEntry(path, RunStatus.Unfinished, "", "", "", null, "", null, null, null, null);
        try
        {
            if (!run.IsFinished)
            {
                IReadOnlyList<MetricLine> metrics = MetricsFile.Read(run.MetricsPath);
                return metrics.Count == 0 ? empty : empty with { Steps = metrics[^1].Step, Seconds = metrics[^1].Seconds };
            }
            RunRecord record = RunRecordFile.Read(run.ResultPath).Labelled();
            return new RunEntry(
                path, RunStatus.Finished, record.Task, record.Model, record.Objective, record.Seed, record.Metric, record.Validation, record.Test,
                record.Seconds, record.PretrainSteps + record.FinetuneSteps);
        }
        catch (LengthwiseException)
        {
            return empty with { Status = RunStatus.Damaged };
        }
    }
}

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    /// <summary>It has a result.</summary>
    Finished,

    /// <summary>It was started and has no result yet.</summary>
    Unfinished,

    /// <summary>Its result or metrics cannot be read.</summary>
    Damaged,
}

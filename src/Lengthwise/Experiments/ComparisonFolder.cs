using System.Text.Json;

namespace Lengthwise.Experiments;

/// <summary>The files of one comparison: its plan, a folder per run, and the reports made from them.</summary>
public sealed class ComparisonFolder(DirectoryInfo directory)
{
    private const string Cells = "cells", Trials = "tuning", Plan = "plan.json", Failure = "failure.json";

    /// <summary>The folder.</summary>
    public DirectoryInfo Directory { get; } = directory;

    /// <summary>What was planned here, <see cref="StoredPlan"/>.</summary>
    public string PlanPath => Path.Combine(Directory.FullName, Plan);

    /// <summary>Held open by the process that runs the comparison.</summary>
    public string LockPath => Path.Combine(Directory.FullName, "compare.lock");

    /// <summary>How fast each model ran in a few steps here, <see cref="SpeedFile"/>.</summary>
    public string SpeedPath => Path.Combine(Directory.FullName, "speed.json");

    /// <summary>Which operations all runs of the comparison leave to libtorch; measured once.</summary>
    public string KernelsPath => Path.Combine(Directory.FullName, "kernels.json");

    /// <summary>Scratch space for measuring speed; deleted afterwards.</summary>
    public DirectoryInfo SpeedTrials => new(Path.Combine(Directory.FullName, ".speed"));

    /// <summary>Whether there is a comparison.</summary>
    public bool Exists => File.Exists(PlanPath);

    /// <summary>The folder of a cell.</summary>
    public RunFolder Cell(string name) => new(new DirectoryInfo(Path.Combine(Directory.FullName, Cells, name)));

    /// <summary>The folder of a tuning run.</summary>
    public RunFolder Trial(string name) => new(new DirectoryInfo(Path.Combine(Directory.FullName, Trials, name)));

    /// <summary>Whether a run is a tuning run of a comparison, which leaves the test split alone.</summary>
    public static bool IsTrial(RunFolder run) =>
        run.Directory.Parent is { Name: Trials, Parent: { } comparison } && new ComparisonFolder(comparison).Exists;

    /// <summary>Records why a run has no result, for reports; the next start tries again.</summary>
    public static void RecordFailure(RunFolder run, string reason) =>
        AtomicFile.WriteText(FailurePath(run), JsonSerializer.Serialize(new FailureNote(reason), RecordJson.Document) + "\n");

    /// <summary>Forgets a failure, once a run is tried again.</summary>
    public static void ForgetFailure(RunFolder run)
    {
        if (File.Exists(FailurePath(run))) File.Delete(FailurePath(run));
    }

    /// <summary>Why a run has no result; null when nothing was recorded.</summary>
    public static string? FailureOf(RunFolder run)
    {
        try
        {
            return File.Exists(FailurePath(run)) ? JsonSerializer.Deserialize<FailureNote>(File.ReadAllBytes(FailurePath(run)), RecordJson.Document)?.Reason : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string FailurePath(RunFolder run) => Path.Combine(run.Directory.FullName, Failure);

    private sealed record FailureNote(string Reason);
}

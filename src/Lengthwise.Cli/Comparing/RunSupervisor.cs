using Lengthwise.Cli.Running;
using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Comparing;

/// <summary>Sees one run through: starts its process, shows it on the board, and starts it again when it crashes.</summary>
internal sealed class RunSupervisor(ComparisonFolder comparison, RunnerOptions options, ProgressBoard board)
{
    /// <summary>Runs to the end, to a failure, or to a checkpoint.</summary>
    /// <param name="run">What to run; its folder may hold an earlier, unfinished attempt.</param>
    /// <param name="shown">How it is called on the board.</param>
    /// <param name="stop">Saves and stops.</param>
    /// <param name="stopNow">Stops without saving.</param>
    public async Task<RunOutcome> RunAsync(PlannedRun run, string shown, CancellationToken stop, CancellationToken stopNow)
    {
        RunFolder folder = run.FolderIn(comparison);
        ComparisonFolder.ForgetFailure(folder);
        WriteRecipe(folder, run.Recipe);
        try
        {
            for (int retry = 0; ; retry++)
            {
                CellExit exit = await RunOnce(folder, run, shown, stop, stopNow);
                if (stop.IsCancellationRequested && !folder.IsFinished) return RunOutcome.Stopped;
                if (exit.Code == ExitCode.Done) return new RunOutcome(RunRecordFile.Read(folder.ResultPath), null);
                // A cell that was interrupted though nobody asked the comparison to stop had a signal of its own.
                bool isRetried = exit.IsCrash || exit.Code == ExitCode.Interrupted;
                if (!isRetried || retry >= RunnerOptions.Retries)
                    return Fail(folder, isRetried ? $"{exit.Message}; given up after {retry + 1} attempts" : Joined(exit));
                RunLog.Of(folder).Add($"{exit.Message}; started again");
                board.Print($"{shown}: {exit.Message}; starting it again from its last checkpoint ({retry + 1} of {RunnerOptions.Retries})");
            }
        }
        finally
        {
            board.Remove(shown);
        }
    }

    private async Task<CellExit> RunOnce(RunFolder folder, PlannedRun run, string shown, CancellationToken stop, CancellationToken stopNow)
    {
        string phase = "starting";
        RunProgress? progress = null;
        board.Show(shown, phase, progress);
        using CellProcess process = CellProcess.Start(folder, options.Cache, readTest: !run.IsTrial, OnEvent, options.Kernels);
        using CancellationTokenRegistration onStop = stop.Register(() =>
        {
            board.Show(shown, "saving", progress);
            process.RequestStop();
        });
        using CancellationTokenRegistration onStopNow = stopNow.Register(process.Kill);
        return await process.WaitAsync();

        void OnEvent(CellEvent message)
        {
            switch (message)
            {
                case PhaseBegan began:
                    board.Show(shown, phase = PhaseName(began.Phase), progress = null);
                    break;
                case Stepped stepped:
                    board.Show(shown, stop.IsCancellationRequested ? "saving" : phase = PhaseName(stepped.Progress.Phase), progress = stepped.Progress);
                    break;
                case Noted noted:
                    if (progress is null) board.Show(shown, noted.Message, null);
                    break;
                case Diagnosed { Diagnosis: { Severity: not DiagnosisSeverity.Note } diagnosis }:
                    board.Print($"{shown}: {Naming.ToKey(diagnosis.Severity)}: {diagnosis.Message}");
                    break;
            }
        }
    }

    /// <summary>The phase as a person calls it.</summary>
    internal static string PhaseName(string phase) => phase == "finetune" ? "labels" : phase;

    private static RunOutcome Fail(RunFolder folder, string reason)
    {
        RunLog.Of(folder).Add($"failed: {reason}");
        try
        {
            ComparisonFolder.RecordFailure(folder, reason);
        }
        catch (IOException)
        {
            // A full disk may be the very failure: it is printed, and the next start tries again in any case.
        }
        return new RunOutcome(null, reason);
    }

    private static string Joined(CellExit exit) => exit.Hint.Length > 0 ? $"{exit.Message} ({exit.Hint})" : exit.Message;

    private static void WriteRecipe(RunFolder folder, Recipe recipe)
    {
        if (File.Exists(folder.RecipePath)) return;
        AtomicFile.WriteText(folder.RecipePath, RecipeWriter.ToToml(recipe, [$"Resolved recipe of run '{folder.Name}'; written by Lengthwise {MachineProbe.LengthwiseVersion}."]));
    }
}

/// <summary>What came of a run: a record, a reason why there is none, or neither when it was stopped.</summary>
internal sealed record RunOutcome(RunRecord? Record, string? Failure)
{
    /// <summary>Stopped with a checkpoint.</summary>
    public static RunOutcome Stopped { get; } = new(null, null);
}

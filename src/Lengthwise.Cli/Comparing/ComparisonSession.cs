using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Experiments;
using Lengthwise.Fairness;
using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Reports;

namespace Lengthwise.Cli.Comparing;

/// <summary>A comparison from its plan to its report, wherever it stands.</summary>
/// <param name="terminal">What the person sees.</param>
/// <param name="request">What was asked for.</param>
internal sealed class ComparisonSession(Terminal terminal, ComparisonRequest request)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Shows the plan with its estimate and runs nothing.</summary>
    public async Task<ExitCode> ShowPlanAsync()
    {
        using var interruption = new Interruption();
        try
        {
            var measured = await new SpeedMeter(request).MeasureAsync(keep: false, interruption.Stop);
            terminal.Out.Write(PlanText.Render(request, measured, Finished(), terminal.Width));
            FairnessGate.Require("planning the comparison", request.Findings);
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            return Interrupted();
        }
    }

    /// <summary>Runs what the comparison still lacks and reports it.</summary>
    /// <param name="json">Whether the result is printed as one JSON document.</param>
    /// <param name="onFinished">Hears of every run that has just finished.</param>
    public async Task<ExitCode> RunAsync(bool json, Action<PlannedRun>? onFinished = null)
    {
        using var interruption = new Interruption();
        try
        {
            FairnessGate.Require("planning the comparison", request.Findings);
            using FolderLock held = FolderLock.Take(request.Folder.LockPath, "the comparison", Patience, interruption.Stop);
            StorePlan();
            // What stands there already is looked at before hours are spent on the rest.
            ComparisonData found = Read();
            FairnessGate.Require("continuing the comparison", found.Findings.Select(f => FairnessGate.Marked(f, found.AllowedUnfair)));
            StartNote.Write(request.Folder.Directory, request.Words);
            using IDisposable requests = StopRequest.Listen(request.Folder.LockPath, interruption.Ask);
            RunLog.Of(request.Folder).Add(FormattableString.Invariant($"process {Environment.ProcessId}: {request.Command}"));
            terminal.Note($"To watch it in a browser:  lengthwise watch {Quoted(request.Folder.Directory)}");
            terminal.Note("Measuring speed ...");
            StoreKernels();
            var speeds = await new SpeedMeter(request).MeasureAsync(keep: true, interruption.Stop);
            terminal.Error.Write(PlanText.Render(request, speeds, Finished(), terminal.Width));
            return await RunAsync(speeds, interruption, json, onFinished);
        }
        catch (OperationCanceledException)
        {
            return Interrupted();
        }
        catch (LengthwiseException failure) when (request.Folder.Exists)
        {
            RunLog.Of(request.Folder).Add($"error: {failure.Message}");
            throw;
        }
    }

    private async Task<ExitCode> RunAsync(
        IReadOnlyDictionary<(string Task, string Model), Speed> speeds, Interruption interruption, bool json, Action<PlannedRun>? onFinished)
    {
        var runner = new ComparisonRunner(request.Folder, request.Plan, request.Options, speeds) { OnFinished = onFinished };
        bool ended;
        await using (new ProgressDisplay(terminal, runner.Board))
        {
            using CancellationTokenRegistration onStop = interruption.Stop.Register(() => runner.Board.Print("saving checkpoints; a second Ctrl+C stops without"));
            ended = await runner.RunAsync(interruption.Stop, interruption.StopNow);
        }
        if (!ended) return Interrupted();

        Summary summary = Summary.From(Read());
        FairnessGate.Require("reporting the comparison", summary.Warnings);
        string page = ReportFiles.Write(summary, request.Folder.Directory);
        terminal.Out.Write(json ? JsonReport.Render(summary) : ConsoleReport.Render(summary));
        terminal.Note("");
        foreach (string failure in runner.Failures) ErrorText.Write(terminal.Error, failure, "");
        terminal.Note($"report: {page}");
        RunLog.Of(request.Folder).Add($"done; report: {page}");
        return runner.Failures.Count > 0 || summary.Data.Cells.Any(c => c.Test is null) ? ExitCode.Failed : ExitCode.Done;
    }

    private ComparisonData Read() =>
        ComparisonReader.Read(request.Folder, new HashSet<string>([.. request.Plan.Arms.SelectMany(a => a.Seeds.Select(a.CellName)), .. request.Plan.NotApplicable.Select(n => n.Name)]));

    private void StorePlan()
    {
        ComparisonFolder folder = request.Folder;
        StoredPlan plan = StoredPlan.Of(request.Plan, request.Preset, request.Command, request.Notes, request.TaskSummaries) with { AllowedUnfair = request.AllowedUnfair, MatchesParameters = request.MatchesParameters };
        if (folder.Exists) plan = plan.Extending(StoredPlan.Read(folder.PlanPath), folder.Directory.ToString());
        plan.Write(folder.PlanPath);
    }

    // Before the first run, for all of them: two arms must not differ by what a kernel happened to measure.
    private void StoreKernels()
    {
        if (MeasuredChoice.Read(request.Folder.KernelsPath) is null)
            MeasuredChoice.Get(request.Options.Cache, request.Threads).Write(request.Folder.KernelsPath);
    }

    private int Finished() =>
        request.Plan.Arms.Sum(a => Enumerable.Range(0, a.Tuning.Rounds).SelectMany(r => a.Tuning.Points.Select(p => a.Tuning.NameOf(a.Name, r, p))).Count(t => request.Folder.Trial(t).IsFinished) + a.Seeds.Count(s => request.Folder.Cell(a.CellName(s)).IsFinished));

    private static string Quoted(DirectoryInfo folder) => folder.ToString().Any(char.IsWhiteSpace) ? $"'{folder}'" : folder.ToString();

    private ExitCode Interrupted()
    {
        RunLog.Of(request.Folder).Add("stopped, with checkpoints");
        terminal.Note("interrupted; nothing is lost. To continue:");
        terminal.Note($"  {request.Command}");
        return ExitCode.Interrupted;
    }
}

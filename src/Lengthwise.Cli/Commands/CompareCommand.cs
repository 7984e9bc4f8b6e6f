using Lengthwise.Cli.Comparing;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Experiments;
using Lengthwise.Fairness;
using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Reports;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise compare</c>: plans, runs and reports a comparison; starting it again continues it.</summary>
internal sealed class CompareCommand : DocumentedCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Terminal _terminal;
    private readonly CompareOptions _options = new();

    public CompareCommand(Terminal terminal)
        : base("compare", "Trains every model from scratch and after self-pretraining under one budget, and reports which is better. "
            + "Interrupted or killed, it continues where it stopped when the same command is given again.", [
            new("compare", "the default comparison, a few minutes on two cores"),
            new("compare listops --models s4d --seeds 5", "one model on another task, five seeds"),
            new("compare fashion-mnist --out results --json > fashion.json", "real data, the result as one JSON document"),
            new("compare --causal --set budget.finetune=5 --dry-run", "only the plan, with its estimate of time and memory"),
            new("compare --data-fractions 0.1,0.3,1 --set budget.unit=steps --set budget.pretrain=800 --set budget.finetune=400", "with fewer labels, the same number of steps"),
        ])
    {
        _terminal = terminal;
        _options.AddTo(this);
        SetAction(async (parsed, _) => (int)await RunAsync(ComparisonRequest.Read(parsed, _options), parsed.GetValue(_options.DryRun), parsed.GetValue(_options.Json)));
    }

    /// <summary>Runs what a comparison still lacks and reports it; or only shows its plan.</summary>
    /// <param name="request">The comparison.</param>
    /// <param name="isDryRun">Whether only the plan is shown.</param>
    /// <param name="json">Whether the result is printed as one JSON document.</param>
    /// <param name="onFinished">Hears of every run that has just finished.</param>
    internal async Task<ExitCode> RunAsync(ComparisonRequest request, bool isDryRun, bool json, Action<PlannedRun>? onFinished = null)
    {
        using var interruption = new Interruption();
        try
        {
            if (isDryRun)
            {
                var measured = await new SpeedMeter(request).MeasureAsync(keep: false, interruption.Stop);
                _terminal.Out.Write(PlanText.Render(request, measured, Finished(request), _terminal.Width));
                FairnessGate.Require("planning the comparison", request.Findings);
                return ExitCode.Done;
            }
            FairnessGate.Require("planning the comparison", request.Findings);
            using FolderLock held = FolderLock.Take(request.Folder.LockPath, "the comparison", Patience, interruption.Stop);
            StorePlan(request);
            // What stands there already is looked at before hours are spent on the rest.
            ComparisonData found = Read(request);
            FairnessGate.Require("continuing the comparison", found.Findings.Select(f => FairnessGate.Marked(f, found.AllowedUnfair)));
            StartNote.Write(request.Folder.Directory, request.Words);
            using IDisposable requests = StopRequest.Listen(request.Folder.LockPath, interruption.Ask);
            RunLog.Of(request.Folder).Add(FormattableString.Invariant($"process {Environment.ProcessId}: {request.Command}"));
            _terminal.Note($"To watch it in a browser:  lengthwise watch {Quoted(request.Folder.Directory)}");
            _terminal.Note("Measuring speed ...");
            StoreKernels(request);
            var speeds = await new SpeedMeter(request).MeasureAsync(keep: true, interruption.Stop);
            _terminal.Error.Write(PlanText.Render(request, speeds, Finished(request), _terminal.Width));
            return await RunAsync(request, speeds, interruption, json, onFinished);
        }
        catch (OperationCanceledException)
        {
            return Interrupted(request);
        }
        catch (LengthwiseException failure) when (request.Folder.Exists)
        {
            RunLog.Of(request.Folder).Add($"error: {failure.Message}");
            throw;
        }
    }

    private async Task<ExitCode> RunAsync(
        ComparisonRequest request, IReadOnlyDictionary<(string Task, string Model), Speed> speeds, Interruption interruption, bool json, Action<PlannedRun>? onFinished)
    {
        var runner = new ComparisonRunner(request.Folder, request.Plan, request.Options, speeds) { OnFinished = onFinished };
        bool ended;
        await using (new ProgressDisplay(_terminal, runner.Board))
        {
            using CancellationTokenRegistration onStop = interruption.Stop.Register(() => runner.Board.Print("saving checkpoints; a second Ctrl+C stops without"));
            ended = await runner.RunAsync(interruption.Stop, interruption.StopNow);
        }
        if (!ended) return Interrupted(request);

        Summary summary = Summary.From(Read(request));
        FairnessGate.Require("reporting the comparison", summary.Warnings);
        string page = ReportFiles.Write(summary, request.Folder.Directory);
        _terminal.Out.Write(json ? JsonReport.Render(summary) : ConsoleReport.Render(summary));
        _terminal.Note("");
        foreach (string failure in runner.Failures) ErrorText.Write(_terminal.Error, failure, "");
        _terminal.Note($"report: {page}");
        RunLog.Of(request.Folder).Add($"done; report: {page}");
        return runner.Failures.Count > 0 || summary.Data.Cells.Any(c => c.Test is null) ? ExitCode.Failed : ExitCode.Done;
    }

    private static ComparisonData Read(ComparisonRequest request) =>
        ComparisonReader.Read(request.Folder, new HashSet<string>([.. request.Plan.Arms.SelectMany(a => a.Seeds.Select(a.CellName)), .. request.Plan.NotApplicable.Select(n => n.Name)]));

    private static void StorePlan(ComparisonRequest request)
    {
        ComparisonFolder folder = request.Folder;
        StoredPlan plan = StoredPlan.Of(request.Plan, request.Preset, request.Command, request.Notes, request.TaskSummaries) with { AllowedUnfair = request.AllowedUnfair, MatchesParameters = request.MatchesParameters };
        if (folder.Exists) plan = plan.Extending(StoredPlan.Read(folder.PlanPath), folder.Directory.ToString());
        plan.Write(folder.PlanPath);
    }

    // Before the first run, for all of them: two arms must not differ by what a kernel happened to measure.
    private static void StoreKernels(ComparisonRequest request)
    {
        if (MeasuredChoice.Read(request.Folder.KernelsPath) is null)
            MeasuredChoice.Get(request.Options.Cache, request.Threads).Write(request.Folder.KernelsPath);
    }

    private static int Finished(ComparisonRequest request) =>
        request.Plan.Arms.Sum(a => Enumerable.Range(0, a.Tuning.Rounds).SelectMany(r => a.Tuning.Points.Select(p => a.Tuning.NameOf(a.Name, r, p))).Count(t => request.Folder.Trial(t).IsFinished) + a.Seeds.Count(s => request.Folder.Cell(a.CellName(s)).IsFinished));

    private static string Quoted(DirectoryInfo folder) => folder.ToString().Any(char.IsWhiteSpace) ? $"'{folder}'" : folder.ToString();

    private ExitCode Interrupted(ComparisonRequest request)
    {
        RunLog.Of(request.Folder).Add("stopped, with checkpoints");
        _terminal.Note("interrupted; nothing is lost. To continue:");
        _terminal.Note($"  {request.Command}");
        return ExitCode.Interrupted;
    }
}

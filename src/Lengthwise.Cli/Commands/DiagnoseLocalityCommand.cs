using System.CommandLine;
using Lengthwise.Cli.Comparing;
using Lengthwise.Cli.Diagnosing;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Diagnoses;
using Lengthwise.Experiments;
using Lengthwise.Reports;
using Lengthwise.Reports.Locality;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise diagnose locality</c>: how far a task needs a model to look.</summary>
internal sealed class DiagnoseLocalityCommand : DocumentedCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Terminal _terminal;
    private readonly LocalityOptions _options = new();

    public DiagnoseLocalityCommand(Terminal terminal)
        : base("locality", "Measures how far a task needs a model to look: the score of a Transformer by the window of its attention, beside a bag without order and a small CNN. "
            + "Interrupted or killed, it continues where it stopped when the same command is given again.", [
            new("diagnose locality markov-sources", "a few minutes on two cores"),
            new("diagnose locality own-data --set task.path=/data/recordings.csv --budget 10", "your own data, ten epochs a run"),
            new("diagnose locality two-symbols --windows 1,4,16,all --seeds 5 --dry-run", "only the plan, with its estimate"),
        ])
    {
        _terminal = terminal;
        _options.AddTo(this);
        SetAction(async (parsed, _) => (int)await RunAsync(parsed));
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed)
    {
        using var interruption = new Interruption();
        LocalityRequest? asked = null;
        try
        {
            asked = LocalityRequest.Read(parsed, _options, _terminal, interruption.Stop);
            ComparisonRequest comparison = asked.Comparison;
            bool isDry = parsed.GetValue(_options.DryRun);
            using FolderLock? held = isDry ? null : FolderLock.Take(comparison.Folder.LockPath, "the comparison", Patience, interruption.Stop);
            if (!isDry) StorePlan(comparison);
            _terminal.Note("Measuring speed ...");
            var speeds = await new SpeedMeter(comparison).MeasureAsync(keep: !isDry, interruption.Stop);
            string plan = PlanText.Render(comparison, speeds, Finished(comparison), _terminal.Width);
            (isDry ? _terminal.Out : _terminal.Error).Write(plan);
            return isDry ? ExitCode.Done : await RunAsync(asked, speeds, interruption, parsed.GetValue(_options.Json));
        }
        catch (OperationCanceledException)
        {
            return Interrupted(asked);
        }
    }

    private async Task<ExitCode> RunAsync(
        LocalityRequest asked, IReadOnlyDictionary<(string Task, string Model), Speed> speeds, Interruption interruption, bool json)
    {
        ComparisonRequest comparison = asked.Comparison;
        var runner = new ComparisonRunner(comparison.Folder, comparison.Plan, comparison.Options, speeds);
        bool ended;
        await using (new ProgressDisplay(_terminal, runner.Board))
        {
            using CancellationTokenRegistration onStop = interruption.Stop.Register(() => runner.Board.Print("saving checkpoints; a second Ctrl+C stops without"));
            ended = await runner.RunAsync(interruption.Stop, interruption.StopNow);
        }
        if (!ended) return Interrupted(asked);

        HashSet<string> cells = [.. comparison.Plan.Arms.SelectMany(a => a.Seeds.Select(a.CellName))];
        ComparisonData data = ComparisonReader.Read(comparison.Folder, cells);
        LocalityDocument document = LocalityDocument.Of(asked.Arms, [.. data.Cells.Select(c => c.Labelled())], asked.Length, asked.Layers, asked.Budget) with
        {
            Without = [.. data.Failures.Select(f => new RunWithoutReach(FormattableString.Invariant($"{f.Model}, seed {f.Seed}"), f.Reason))],
        };
        string page = LocalityReport.Write(document, new DirectoryInfo(Path.Combine(comparison.Folder.Directory.FullName, StoredDiagnoses.FolderName)));
        _terminal.Out.Write(json ? document.ToJson() : LocalityReport.Text(document));
        _terminal.Note($"report: {page}");
        return document.Without.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static void StorePlan(ComparisonRequest request)
    {
        StoredPlan plan = StoredPlan.Of(request.Plan, request.Preset, request.Command, request.Notes, request.TaskSummaries);
        if (request.Folder.Exists) plan = plan.Extending(StoredPlan.Read(request.Folder.PlanPath), request.Folder.Directory.ToString());
        plan.Write(request.Folder.PlanPath);
    }

    private static int Finished(ComparisonRequest request) => request.Plan.Arms.Sum(a => a.Seeds.Count(s => request.Folder.Cell(a.CellName(s)).IsFinished));

    private ExitCode Interrupted(LocalityRequest? asked)
    {
        _terminal.Note(asked is null ? "interrupted; nothing was begun" : "interrupted; nothing is lost. To continue:");
        if (asked is not null) _terminal.Note($"  {asked.Comparison.Command}");
        return ExitCode.Interrupted;
    }
}

using System.CommandLine;
using System.Globalization;
using Lengthwise.Cli.Comparing;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Reproducing;
using Lengthwise.Cli.Running;
using Lengthwise.Evidence;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Native;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise reproduce</c>: runs the grid of a claim of the literature and says whether it holds.</summary>
internal sealed class ReproduceCommand : DocumentedCommand
{
    private const string Preset = "evidence";
    private const int ReachRows = 64;
    private readonly Terminal _terminal;

    private readonly Option<int?> _claim = new("--claim") { HelpName = "N", Description = "The claim; left out, all claims are listed with what the evidence so far says." };

    private readonly Option<DirectoryInfo> _evidence = new("--evidence")
    {
        HelpName = "FOLDER",
        DefaultValueFactory = _ => new DirectoryInfo("evidence"),
        Description = "Finished cells (raw/*.json) and verdicts (claim-N.md); cells that are there are not run again.",
    };

    private readonly Option<DirectoryInfo> _out = new("--out") { HelpName = "FOLDER", Description = "Working folder of the runs; by default runs/claim-N. It may be deleted afterwards." };

    private readonly Option<string[]> _set = new("--set")
    {
        HelpName = "KEY=VALUE",
        AllowMultipleArgumentsPerToken = false,
        Description = "Change a setting of every cell, such as compare.seeds=3; the verdict is then of that grid. May be repeated.",
    };

    private readonly Option<bool> _judge = new("--judge") { Description = "Run nothing; judge the cells that are there." };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Print the plan with its estimate and stop." };

    private readonly Option<int?> _jobs = new("--jobs") { HelpName = "N", Description = "Runs side by side; by default as many as the cores hold." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    public ReproduceCommand(Terminal terminal)
        : base("reproduce", "Runs the smallest grid that can decide a claim of the literature, and judges it. Interrupted, it continues when the same command is given again.", [
            new("reproduce", "the claims, and what the evidence in ./evidence says of each"),
            new("reproduce --claim 1 --evidence docs/evidence", "the cells of claim 1 that are still missing, then its verdict"),
            new("reproduce --claim 2 --judge", "only the verdict, of the cells that are there"),
            new("reproduce --claim 7 --set compare.first_seed=11 --evidence again", "the same question with other seeds"),
        ])
    {
        _terminal = terminal;
        foreach (Option option in (Option[])[_claim, _evidence, _out, _set, _jobs, _cache, _judge, _dryRun]) Add(option);
        SetAction(async (parsed, _) => (int)await RunAsync(parsed));
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed)
    {
        DirectoryInfo folder = parsed.GetValue(_evidence)!;
        if (parsed.GetValue(_claim) is not { } number) return List(parsed, folder);

        Claim claim = ClaimCatalog.Find(number);
        ComparisonRequest request = Request(parsed, claim);
        var grid = new EvidenceGrid(request.Plan, request.Folder, Raw(folder));
        if (!parsed.GetValue(_judge))
        {
            var comparison = new ComparisonSession(_terminal, request);
            if (parsed.GetValue(_dryRun)) return await comparison.ShowPlanAsync();
            if (grid.Restore(claim.AsksForReach) is > 0 and var restored) _terminal.Note($"{Amount.Count(restored)} runs are in '{folder}' already");
            ExitCode code = await comparison.RunAsync(json: false, grid.Keep);
            if (code == ExitCode.Interrupted) return code;
            if (claim.AsksForReach) MeasureReach(parsed, grid);
        }
        string report = Report(claim, grid);
        folder.Create();
        string path = Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"claim-{number}.md"));
        AtomicFile.WriteText(path, report);
        _terminal.Out.Write(report);
        _terminal.Note($"verdict: {path}");
        return grid.Cells.Count == grid.Planned ? ExitCode.Done : ExitCode.Failed;
    }

    private ExitCode List(ParseResult parsed, DirectoryInfo folder)
    {
        if (parsed.GetValue(_judge) || parsed.GetValue(_dryRun))
            throw new LengthwiseException(ExitCode.Usage, "reproduce: found --judge or --dry-run without --claim", "name the claim; 'lengthwise reproduce' lists them");
        foreach (Claim claim in ClaimCatalog.All)
        {
            ComparisonRequest request = Request(parsed, claim);
            var grid = new EvidenceGrid(request.Plan, request.Folder, Raw(folder));
            IReadOnlyList<EvidenceCell> cells = grid.Cells;
            string verdict = cells.Count == 0 ? "not run" : ClaimReport.Words(claim.Conclude(claim.Judge(new ClaimCells(cells)))).ToLowerInvariant();
            _terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{claim.Number}  {claim.Title}: {verdict} ({cells.Count} of {grid.Planned} cells)"));
            _terminal.Out.WriteLine($"   {claim.Statement}");
        }
        return ExitCode.Done;
    }

    private ComparisonRequest Request(ParseResult parsed, Claim claim)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"claim-{claim.Number}");
        return ComparisonRequest.Create(
            claim.Tasks, Preset, [.. claim.Settings, .. parsed.GetValue(_set) ?? []], parsed.GetValue(_out) ?? new DirectoryInfo(Path.Combine(Places.Runs, name)),
            parsed.GetValue(_jobs), Places.Cache(parsed, _cache), [.. parsed.Tokens.Select(t => t.Value)], claim.AllowedUnfair);
    }

    private void MeasureReach(ParseResult parsed, EvidenceGrid grid)
    {
        NativeRuntime.Start(Environment.ProcessorCount);
        using var interruption = new Interruption();
        using var measurement = new ReachMeasurement(Places.Cache(parsed, _cache), ReachRows, new PreparationProgressLine(_terminal));
        foreach ((EvidenceCell cell, RunFolder run) in grid.WithoutReach().ToArray())
        {
            if (!File.Exists(run.ModelPath))
                throw new LengthwiseException(
                    ExitCode.Data, $"measuring attention of '{run.Name}': its weights are gone, only its record is left", "delete its file below raw/, so that it is run again");
            _terminal.Note($"attention of {run.Name}");
            grid.Update(cell.With(measurement.Measure(run, interruption.Stop)));
        }
    }

    private static string Report(Claim claim, EvidenceGrid grid)
    {
        IReadOnlyList<EvidenceCell> cells = grid.Cells;
        return ClaimReport.Render(claim, claim.Judge(new ClaimCells(cells)), cells.Count, grid.Planned);
    }

    private static EvidenceFolder Raw(DirectoryInfo folder) => new(new DirectoryInfo(Path.Combine(folder.FullName, "raw")));
}

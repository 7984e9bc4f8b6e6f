using System.CommandLine;
using Lengthwise.Cli.Comparing;
using Lengthwise.Cli.Output;
using Lengthwise.Experiments;
using Lengthwise.Fairness;
using Lengthwise.Reports;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise report</c>: makes every form of a report again from run folders.</summary>
internal sealed class ReportCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Argument<DirectoryInfo[]> _folders = new("folder") { Arity = ArgumentArity.OneOrMore, Description = "Comparisons, runs, or folders that hold runs." };

    private readonly Option<DirectoryInfo> _out = new("--out") { HelpName = "FOLDER", Description = "Where the files go; by default the first folder." };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document instead of the table." };

    private readonly Option<string> _allowUnfair = CompareOptions.AllowUnfairOption();

    public ReportCommand(Terminal terminal)
        : base("report", "Prints a comparison and writes report.html, .md, .csv, .json and .tex from run folders, also while it runs or long after.", [
            new("report runs/default-markov-sources", "a comparison again"),
            new("report runs/a runs/b --out both --json", "several folders in one report"),
        ])
    {
        _terminal = terminal;
        Add(_folders);
        Add(_out);
        Add(_allowUnfair);
        Add(_json);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        DirectoryInfo[] folders = parsed.GetValue(_folders)!;
        ComparisonData data = ComparisonReader.Read(folders);
        Summary summary = Summary.From(data with { AllowedUnfair = [.. data.AllowedUnfair.Union(FairnessGate.Allowed(parsed.GetValue(_allowUnfair)))] });
        FairnessGate.Require("reporting these runs", summary.Warnings);
        string page = ReportFiles.Write(summary, parsed.GetValue(_out) ?? folders[0]);
        _terminal.Out.Write(parsed.GetValue(_json) ? JsonReport.Render(summary) : ConsoleReport.Render(summary));
        _terminal.Note($"report: {page}");
        return ExitCode.Done;
    }
}

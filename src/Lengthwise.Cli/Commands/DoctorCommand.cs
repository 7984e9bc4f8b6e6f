using System.CommandLine;
using Lengthwise.Cli.Doctor;
using Lengthwise.Cli.Output;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise doctor</c>: what this machine is, and what is wrong with it.</summary>
internal sealed class DoctorCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    private readonly Option<DirectoryInfo> _out = new("--out") { HelpName = "FOLDER", Description = "Where runs would be kept; by default 'runs' here." };

    public DoctorCommand(Terminal terminal)
        : base("doctor", "Reports processor, memory, libtorch, start-up switches and folders, and says how to fix what is wrong. Exit code 1 when something is.", [
            new("doctor", "before the first run on a machine"),
            new("doctor --json", "the same, for a script"),
        ])
    {
        _terminal = terminal;
        Add(_json);
        Add(_cache);
        Add(_out);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        IReadOnlyList<Finding> findings = Examination.Run([
            ("prepared data", Places.Cache(parsed, _cache), "choose another folder with --cache"),
            ("runs", parsed.GetValue(_out) ?? new DirectoryInfo(Places.Runs), "choose another folder with --out"),
            ("temporary files", new DirectoryInfo(Path.GetTempPath()), "set TMPDIR (TEMP on Windows) to another folder"),
        ], Places.Cache(parsed, _cache));
        Finding[] problems = [.. findings.Where(f => f.Problem.Length > 0)];

        if (parsed.GetValue(_json))
            _terminal.Out.WriteLine(JsonText.Of(new { Schema = 1, Ok = problems.Length == 0, Findings = findings }));
        else
            Print(findings, problems);
        return problems.Length == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private void Print(IReadOnlyList<Finding> findings, Finding[] problems)
    {
        _terminal.Out.Write(TextTable.Render(
            ["what", "found"],
            [.. findings.Select(f => (IReadOnlyList<string>)[f.Name, f.Problem.Length > 0 ? $"{f.Value}  << {f.Problem}" : f.Value])],
            _terminal.Width));
        _terminal.Out.WriteLine();
        foreach (Finding problem in problems)
        {
            _terminal.Out.WriteLine($"problem: {problem.Name}: {problem.Problem}");
            _terminal.Out.WriteLine($"  {problem.Fix}");
        }
        _terminal.Out.WriteLine(problems.Length == 0 ? "Nothing is wrong." : $"{problems.Length} problem(s).");
    }
}

using System.CommandLine;
using System.Globalization;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise data check</c>: says what is in a ListOps file, and whether its labels are right.</summary>
internal sealed class DataCheckCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Argument<FileInfo> _file = new("file") { Description = "A ListOps file, in Long Range Arena's layout or the original one, plain or gzip." };

    private readonly Option<bool> _verify = new("--verify-labels") { Description = "Evaluate every expression and compare it with its label." };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document." };

    public DataCheckCommand(Terminal terminal)
        : base("check", "Reads a ListOps file and says what is in it. Exit code 3 when rows are malformed or labels wrong.", [
            new("data check listops/basic_test.tsv --verify-labels", "every label evaluated again"),
            new("data check rows.tsv.gz --json", "what is in a file, for a script"),
        ])
    {
        _terminal = terminal;
        Add(_file);
        Add(_verify);
        Add(_json);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        using var interruption = new Interruption();
        ListOpsCheck check = ListOpsFile.Check(parsed.GetValue(_file)!.ToString(), parsed.GetValue(_verify), interruption.Stop);
        if (parsed.GetValue(_json)) _terminal.Out.WriteLine(JsonText.Of(new { Schema = 1, Ok = check.IsGood, Check = check }));
        else Print(check);
        return check.IsGood ? ExitCode.Done : ExitCode.Data;
    }

    private void Print(ListOpsCheck check)
    {
        var rows = new List<IReadOnlyList<string>>
        {
            new[] { "rows", Amount.Count(check.Rows) },
            new[] { "duplicates", Amount.Count(check.Duplicates) },
            new[] { "deepest", Amount.Count(check.MaxDepth) },
            new[] { "labels 0 to 9", string.Join(" ", check.Labels.Select(c => Amount.Count(c))) },
            new[] { "operators", string.Join(", ", check.Operators.Select(o => $"{o.Key} {Amount.Count(o.Value)}")) },
            new[] { "most frequent label", check.MajorityShare.ToString("P1", CultureInfo.InvariantCulture) },
        };
        if (check.Lengths is { } l)
            rows.Insert(1, ["symbols a row", string.Create(CultureInfo.InvariantCulture, $"{l.Minimum} to {l.Maximum}, median {l.Median}, mean {l.Mean:0.0}, 5 % to 95 %: {l.Percentile5} to {l.Percentile95}")]);
        _terminal.Out.Write(TextTable.Render(["what", check.File], rows, _terminal.Width));

        foreach (string problem in check.Problems) ErrorText.Write(_terminal.Error, problem, "");
        More(check.ProblemCount - check.Problems.Count, "malformed rows");
        foreach (ListOpsMismatch m in check.Mismatches)
            ErrorText.Write(_terminal.Error, string.Create(CultureInfo.InvariantCulture, $"{check.File}({m.Line}): the label is {m.Stored}, the expression's value {m.Value}"), "");
        More(check.MismatchCount - check.Mismatches.Count, "wrong labels");
        _terminal.Out.WriteLine(Verdict(check));
    }

    private void More(int count, string what)
    {
        if (count > 0) _terminal.Note($"  and {Amount.Count(count)} more {what}");
    }

    private static string Verdict(ListOpsCheck check)
    {
        string labels = !check.LabelsVerified ? "labels not verified (--verify-labels does)" : check.MismatchCount == 0 ? "every label is right" : $"{Amount.Count(check.MismatchCount)} labels are wrong";
        string rows = check.ProblemCount == 0 ? "every row is well formed" : $"{Amount.Count(check.ProblemCount)} rows are malformed";
        return check.Rows == 0 ? "The file has no rows." : $"{rows}; {labels}.";
    }
}

using System.Globalization;
using System.Text;
using Lengthwise.Cli.Output;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Cli.Checking;

/// <summary>Says what is in a ListOps file, and whether its labels are right.</summary>
/// <param name="terminal">Where it is said.</param>
internal sealed class ListOpsFileCheck(Terminal terminal)
{
    private const int LongestLine = 1 << 20, LinesLookedAt = 3;
    private readonly Terminal _terminal = terminal;

    /// <summary>Whether a file holds expressions: told by its first rows.</summary>
    public static bool Recognises(string path)
    {
        if (!File.Exists(path)) return false;
        try
        {
            using var reader = new LineReader(path, LongestLine);
            var line = new StringBuilder();
            for (int i = 0; i < LinesLookedAt && reader.Next(line) is { } text; i++)
                if (text.Contains('\t', StringComparison.Ordinal) && ListOpsExpression.SymbolTexts.Any(o => o[0] == '[' && text.Contains(o, StringComparison.Ordinal))) return true;
            return false;
        }
        catch (LengthwiseException)
        {
            return false;
        }
    }

    /// <summary>Reads the file and says what it holds.</summary>
    public ExitCode Run(string path, bool verify, bool asJson, CancellationToken stop)
    {
        ListOpsCheck check = ListOpsFile.Check(path, verify, stop);
        if (asJson) _terminal.Out.WriteLine(JsonText.Of(new { Schema = 1, Ok = check.IsGood, Check = check }));
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

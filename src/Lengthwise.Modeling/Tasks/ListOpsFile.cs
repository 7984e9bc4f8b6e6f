using System.Text;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tasks;

/// <summary>One row of a ListOps file.</summary>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Expression">The expression.</param>
/// <param name="Label">The stored label, 0 to 9; not necessarily the expression's value.</param>
public sealed record ListOpsRow(int Line, ListOpsExpression Expression, int Label);

/// <summary>Layouts of ListOps files.</summary>
public enum ListOpsLayout
{
    /// <summary>Long Range Arena's: header <c>Source TAB Target</c>, then <c>expression TAB label</c>.</summary>
    Lra,

    /// <summary>Nangia and Bowman's: <c>label TAB expression</c> without a header.</summary>
    Original,
}

/// <summary>
/// ListOps in text: Long Range Arena's layout is read and written, the original one is read. LF and CRLF, plain and gzip.
/// </summary>
public static class ListOpsFile
{
    /// <summary>Longest line that is read, in characters; LRA's longest are near 15,000.</summary>
    public const int MaxLineLength = 1 << 20;

    private const string Header = "Source\tTarget";

    /// <summary>Reads rows one by one.</summary>
    /// <param name="path">A file in either layout.</param>
    /// <exception cref="LengthwiseException">The file is missing or damaged, or a row is malformed; the message says where.</exception>
    public static IEnumerable<ListOpsRow> Read(string path)
    {
        foreach (Entry entry in Entries(path))
        {
            if (entry.Row is null)
                throw new LengthwiseException(ExitCode.Data, entry.Problem!, "'lengthwise data check FILE' lists all such rows");
            yield return entry.Row;
        }
    }

    /// <summary>Reads a whole file and says what is in it; malformed rows and, if asked for, wrong labels are listed instead of thrown.</summary>
    /// <param name="path">A file in either layout.</param>
    /// <param name="verifyLabels">Whether to evaluate every expression and compare.</param>
    /// <param name="cancellation">Stops the check.</param>
    /// <exception cref="LengthwiseException">The file is missing, unreadable or no ListOps file.</exception>
    public static ListOpsCheck Check(string path, bool verifyLabels, CancellationToken cancellation = default)
    {
        var tally = new ListOpsTally(verifyLabels);
        ListOpsLayout? layout = null;
        foreach (Entry entry in Entries(path))
        {
            cancellation.ThrowIfCancellationRequested();
            layout ??= entry.Layout;
            if (entry.Row is null) tally.AddProblem(entry.Problem!);
            else tally.Add(entry.Row);
        }
        return tally.Finish(path, layout ?? ListOpsLayout.Lra);
    }

    /// <summary>
    /// Writes a prepared task as LRA's <c>basic_train.tsv</c>, <c>basic_val.tsv</c> and <c>basic_test.tsv</c>, with CRLF as its
    /// script does. A reader sees a whole file or the one before.
    /// </summary>
    /// <returns>The files.</returns>
    public static IReadOnlyList<FileInfo> Write(
        DirectoryInfo folder, PreparedTask task, IProgress<PreparationProgress>? progress = null, CancellationToken cancellation = default)
    {
        (string Name, SequenceSplit Split)[] files =
            [("basic_train.tsv", task.Train), ("basic_val.tsv", task.Validation), ("basic_test.tsv", task.Test)];
        try
        {
            return [.. files.Select(file => Write(new FileInfo(Path.Combine(folder.FullName, file.Name)), file.Split, progress, cancellation))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(
                ExitCode.Failed, $"writing ListOps to '{folder.FullName}': {e.Message}", "free some space, or name a folder that can be written", e);
        }
    }

    private static FileInfo Write(FileInfo file, SequenceSplit split, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        AtomicFile.Write(file.FullName, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\r\n" };
            writer.WriteLine(Header);
            for (int row = 0; row < split.Count; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                writer.Write(ListOps.Expression(split, row).ToText());
                writer.Write('\t');
                writer.WriteLine((char)('0' + split.Label(row)));
                if (row % 1000 == 999 || row == split.Count - 1) progress?.Report(new PreparationProgress($"writing {file.Name}", row + 1, split.Count));
            }
        });
        return file;
    }

    /// <summary>Reads expressions whose labels are of no interest: either layout, or nothing but an expression a line.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The line and its expression, or what is wrong with it.</returns>
    /// <exception cref="LengthwiseException">The file is missing or unreadable.</exception>
    internal static IEnumerable<(int Line, ListOpsExpression? Expression, string? Problem)> Expressions(string path)
    {
        string? first;
        using (var reader = new LineReader(path, MaxLineLength)) first = reader.Next(new StringBuilder());
        return first is ['(' or '[' or (>= '0' and <= '9'), ..] && !first.Contains('\t', StringComparison.Ordinal)
            ? Bare(path)
            : Entries(path).Select(e => (e.Line, e.Row?.Expression, e.Problem));
    }

    private static IEnumerable<(int Line, ListOpsExpression? Expression, string? Problem)> Bare(string path)
    {
        using var reader = new LineReader(path, MaxLineLength);
        var reused = new StringBuilder();
        while (reader.Next(reused) is { } line)
        {
            ListOpsExpression? expression = ListOpsParser.Parse(line, out ListOpsSyntaxError? error);
            yield return (reader.Line, expression, error is null ? null : FormattableString.Invariant($"{path}({reader.Line},{error.Column}): {error.Message}"));
        }
    }

    private static IEnumerable<Entry> Entries(string path)
    {
        using var reader = new LineReader(path, MaxLineLength);
        var reused = new StringBuilder();
        string? line = reader.Next(reused);
        ListOpsLayout layout = LayoutOf(path, line);
        if (layout == ListOpsLayout.Lra) line = reader.Next(reused);
        for (; line is not null; line = reader.Next(reused)) yield return Parse(path, reader.Line, line, layout);
    }

    private static ListOpsLayout LayoutOf(string path, string? first)
    {
        if (first == Header) return ListOpsLayout.Lra;
        if (first is [>= '0' and <= '9', '\t', ..]) return ListOpsLayout.Original;
        string found = first is null ? "an empty file" : $"'{(first.Length <= 40 ? first : first[..40] + "…")}'";
        throw new LengthwiseException(
            ExitCode.Data,
            $"{path}(1,1): found {found}, expected the header 'Source<TAB>Target' or a row 'label<TAB>expression'",
            "a ListOps file of Long Range Arena (basic_*.tsv) or of the original ListOps (test_d20s.tsv) is needed here");
    }

    private static Entry Parse(string path, int number, string line, ListOpsLayout layout)
    {
        Entry Malformed(int column, string message) => new(layout, number, null, FormattableString.Invariant($"{path}({number},{column}): {message}"));

        int tab = line.IndexOf('\t');
        if (tab < 0) return Malformed(line.Length + 1, "found one field, expected two with a TAB between them");
        bool isLra = layout == ListOpsLayout.Lra;
        int labelAt = isLra ? tab + 1 : 0, expressionAt = isLra ? 0 : tab + 1;
        string label = isLra ? line[labelAt..] : line[..tab];
        ReadOnlySpan<char> text = isLra ? line.AsSpan(0, tab) : line.AsSpan(expressionAt);
        if (label is not [>= '0' and <= '9'])
            return Malformed(labelAt + 1, $"found label '{(label.Length <= 20 ? label : label[..20] + "…")}', expected a digit 0 to 9");
        return ListOpsParser.Parse(text, out ListOpsSyntaxError? error) is { } expression
            ? new Entry(layout, number, new ListOpsRow(number, expression, label[0] - '0'), null)
            : Malformed(expressionAt + error!.Column, error.Message);
    }

    private sealed record Entry(ListOpsLayout Layout, int Line, ListOpsRow? Row, string? Problem);
}

using Lengthwise.Modeling.Records;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>New expressions of ListOps, for prediction; each is a sequence of symbols, without parentheses.</summary>
internal static class ListOpsExpressions
{
    /// <summary>Opens a file, or all <c>.tsv</c> and <c>.txt</c> files of a folder, plain or gzip.</summary>
    /// <exception cref="LengthwiseException">There is none.</exception>
    public static FileSource Open(string path)
    {
        FileSystemInfo place = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        FileInfo[] files = place is FileInfo file
            ? [file]
            : [.. FolderSearch.Below(place).SelectMany(folder => FolderSearch.Files(folder, ".tsv", ".tsv.gz", ".txt", ".txt.gz"))];
        if (files.Length == 0 || !files[0].Exists)
            throw new LengthwiseException(
                ExitCode.Data, $"reading ListOps from '{path}': found no .tsv or .txt file, plain or gzip",
                "give basic_test.tsv of Long Range Arena, or a text with an expression a line");
        return new FileSource(
            place, files, [.. files.Select(f => new FilePart(f.Name, f.Length, (problems, cancellation) => Read(f, problems, cancellation)))],
            "expressions of ListOps; labels are not read");
    }

    private static IEnumerable<SequenceRecord> Read(FileInfo file, BadRows problems, CancellationToken cancellation)
    {
        foreach ((int line, ListOpsExpression? expression, string? problem) in ListOpsFile.Expressions(file.FullName))
        {
            cancellation.ThrowIfCancellationRequested();
            string where = FormattableString.Invariant($"{file.FullName}, line {line}");
            if (expression is null)
            {
                int end = problem!.IndexOf("): ", StringComparison.Ordinal);
                problems.Report(problem[..(end + 1)], problem[(end + 3)..]);
                continue;
            }
            var names = new string[expression.Length];
            for (int t = 0; t < names.Length; t++) names[t] = ListOpsExpression.SymbolTexts[(int)expression.Symbols[t]];
            yield return new SequenceRecord { Where = where, Content = new SequenceContent.Symbols(names) };
        }
    }
}

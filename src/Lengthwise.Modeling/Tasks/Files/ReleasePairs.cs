using System.Text;
using Lengthwise.Modeling.Records;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>
/// Pairs as Long Range Arena releases them: <c>new_aan_pairs.{train,eval,test}.tsv</c>, five columns without header or quoting, label, two ids, two
/// texts.
/// </summary>
internal static class ReleasePairs
{
    private const int Columns = 5;

    private static readonly (string Name, SplitName Split)[] Splits =
        [("new_aan_pairs.train.tsv", SplitName.Train), ("new_aan_pairs.eval.tsv", SplitName.Validation), ("new_aan_pairs.test.tsv", SplitName.Test)];

    /// <summary>Whether a folder holds all three files.</summary>
    public static bool IsHere(DirectoryInfo folder) => Splits.All(s => FolderSearch.File(folder, s.Name) is not null);

    /// <summary>Opens the files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dropsShared">Whether training pairs that share a document with another split are left out.</param>
    public static FileSource Open(DirectoryInfo folder, bool dropsShared)
    {
        (FileInfo File, SplitName Split)[] files = [.. Splits.Select(s => (FolderSearch.File(folder, s.Name)!, s.Split))];
        var heldOut = new Lazy<HashSet<string>>(() => [.. files.Where(f => f.Split != SplitName.Train).SelectMany(f => Ids(f.File))]);
        return new FileSource(
            folder,
            [.. files.Select(f => f.File)],
            [
                .. from file in files
                   from range in ByteLines.Ranges(file.File)
                   select new FilePart(
                       $"{file.File.Name} at byte {range.Start}",
                       Math.Min(file.File.Length, range.End) - range.Start,
                       (problems, cancellation) => Read(file.File, range, file.Split, dropsShared && file.Split == SplitName.Train ? heldOut.Value : [], problems, cancellation)),
            ],
            "new_aan_pairs.*.tsv: label, two ids, two texts; no header, no quoting");
    }

    private static IEnumerable<SequenceRecord> Read(
        FileInfo file, (long Start, long End) range, SplitName split, HashSet<string> heldOut, BadRows problems, CancellationToken cancellation)
    {
        foreach ((long position, ReadOnlyMemory<byte> line) in ByteLines.Read(file, range.Start, range.End))
        {
            cancellation.ThrowIfCancellationRequested();
            string where = FormattableString.Invariant($"{file.FullName}, byte {position}");
            ReadOnlyMemory<byte>[] fields = Fields(line);
            if (Fault(fields) is { } fault)
            {
                problems.Report(where, fault);
                continue;
            }
            string first = Encoding.UTF8.GetString(fields[1].Span), second = Encoding.UTF8.GetString(fields[2].Span);
            if (heldOut.Contains(first) || heldOut.Contains(second)) continue;
            yield return new SequenceRecord
            {
                Where = where,
                Group = first,
                Split = split,
                Label = fields[0].Span[0] == '1' ? "1" : "0",
                Content = new SequenceContent.Text(fields[3].ToArray()),
                Second = new SequenceContent.Text(fields[4].ToArray()),
            };
        }
    }

    private static string? Fault(ReadOnlyMemory<byte>[] fields)
    {
        if (fields.Length != Columns) return FormattableString.Invariant($"found {fields.Length} fields, expected {Columns} with tabs between them: label, id, id, text, text");
        string label = Encoding.UTF8.GetString(fields[0].Span);
        if (label is not ("0" or "1" or "0.0" or "1.0")) return $"found label '{(label.Length <= 20 ? label : label[..20] + "…")}', expected 0.0 or 1.0";
        return fields[3].IsEmpty || fields[4].IsEmpty ? "found an empty text, expected at least one character" : null;
    }

    private static ReadOnlyMemory<byte>[] Fields(ReadOnlyMemory<byte> line)
    {
        var fields = new List<ReadOnlyMemory<byte>>(Columns);
        while (line.Span.IndexOf((byte)'\t') is >= 0 and var tab)
        {
            fields.Add(line[..tab]);
            line = line[(tab + 1)..];
        }
        fields.Add(line);
        return [.. fields];
    }

    private static IEnumerable<string> Ids(FileInfo file)
    {
        foreach ((_, ReadOnlyMemory<byte> line) in ByteLines.Read(file, 0, long.MaxValue))
        {
            ReadOnlyMemory<byte>[] fields = Fields(line);
            if (fields.Length != Columns) continue;
            yield return Encoding.UTF8.GetString(fields[1].Span);
            yield return Encoding.UTF8.GetString(fields[2].Span);
        }
    }
}

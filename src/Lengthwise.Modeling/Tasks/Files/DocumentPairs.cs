using System.Text;
using System.Text.Json;
using Lengthwise.Modeling.Records;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>
/// Pairs that refer to documents: <c>acl_docs.jsonl</c> with <c>id</c> and <c>text</c> a line, <c>acl_pairs.tsv</c> with the header
/// <c>split label id1 id2</c>.
/// </summary>
internal static class DocumentPairs
{
    private const string Documents = "acl_docs.jsonl", Pairs = "acl_pairs.tsv";
    private const int PairsInPart = 500;

    /// <summary>Whether a folder holds both files.</summary>
    public static bool IsHere(DirectoryInfo folder) => FolderSearch.File(folder, Documents) is not null && FolderSearch.File(folder, Pairs) is not null;

    /// <summary>Opens the files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dropsShared">Whether training pairs that share a document with another split are left out.</param>
    public static FileSource Open(DirectoryInfo folder, bool dropsShared)
    {
        FileInfo documentFile = FolderSearch.File(folder, Documents)!, pairFile = FolderSearch.File(folder, Pairs)!;
        List<Pair> pairs = ReadPairs(pairFile);
        HashSet<string> heldOut = dropsShared ? [.. pairs.Where(p => p.Split is not ("train" or "")).SelectMany(p => (string[])[p.First, p.Second])] : [];
        Pair[] kept = [.. pairs.Where(p => p.Split != "train" || (!heldOut.Contains(p.First) && !heldOut.Contains(p.Second)))];
        var documents = new Lazy<Dictionary<string, byte[]>>(() => ReadDocuments(documentFile));
        return new FileSource(
            folder,
            [documentFile, pairFile],
            [
                .. kept.Chunk(PairsInPart).Select((chunk, i) => new FilePart(
                    FormattableString.Invariant($"pairs {i * PairsInPart + 1} to {i * PairsInPart + chunk.Length}"),
                    documentFile.Length * chunk.Length / Math.Max(1, kept.Length),
                    (problems, cancellation) => Read(chunk, documents.Value, problems, cancellation))),
            ],
            $"{documentFile.Name}: documents; {pairFile.Name}: split, label and two ids");
    }

    private static IEnumerable<SequenceRecord> Read(Pair[] pairs, Dictionary<string, byte[]> documents, BadRows problems, CancellationToken cancellation)
    {
        foreach (Pair pair in pairs)
        {
            cancellation.ThrowIfCancellationRequested();
            SplitName? split = pair.Split switch { "train" => SplitName.Train, "eval" => SplitName.Validation, "test" => SplitName.Test, _ => null };
            string? fault = pair.Fault
                ?? (split is null ? $"found split '{pair.Split}', expected train, eval or test" : null)
                ?? (pair.Label is not ("0" or "1") ? $"found label '{pair.Label}', expected 0 or 1" : null)
                ?? new[] { pair.First, pair.Second }.Where(id => !documents.ContainsKey(id)).Select(id => $"the document '{id}' is not in {Documents}").FirstOrDefault();
            if (fault is not null)
            {
                problems.Report(pair.Where, fault);
                continue;
            }
            yield return new SequenceRecord
            {
                Where = pair.Where,
                Group = pair.First,
                Split = split,
                Label = pair.Label,
                Content = new SequenceContent.Text(documents[pair.First]),
                Second = new SequenceContent.Text(documents[pair.Second]),
            };
        }
    }

    private static List<Pair> ReadPairs(FileInfo file)
    {
        var pairs = new List<Pair>();
        int number = 0;
        foreach ((_, ReadOnlyMemory<byte> line) in ByteLines.Read(file, 0, long.MaxValue))
        {
            string[] fields = Encoding.UTF8.GetString(line.Span).Split('\t');
            string where = FormattableString.Invariant($"{file.FullName}({++number})");
            if (number == 1)
            {
                if (!fields.SequenceEqual(["split", "label", "id1", "id2"]))
                    throw new LengthwiseException(ExitCode.Data, $"{where}: found the header '{string.Join(' ', fields)}', expected 'split label id1 id2' with tabs between them", "check that this is the right file");
                continue;
            }
            pairs.Add(fields.Length == 4
                ? new Pair(where, fields[0], fields[1], fields[2], fields[3], null)
                : new Pair(where, "", "", "", "", FormattableString.Invariant($"found {fields.Length} fields, expected 4")));
        }
        return pairs;
    }

    private static Dictionary<string, byte[]> ReadDocuments(FileInfo file)
    {
        var documents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        int number = 0;
        foreach ((_, ReadOnlyMemory<byte> line) in ByteLines.Read(file, 0, long.MaxValue))
        {
            number++;
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                string id = document.RootElement.GetProperty("id").GetString()!, text = document.RootElement.GetProperty("text").GetString()!;
                if (text.Length > 0) documents[id] = Encoding.UTF8.GetBytes(text);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentNullException)
            {
                throw new LengthwiseException(
                    ExitCode.Data, FormattableString.Invariant($"{file.FullName}({number}): {e.Message}; expected an object with 'id' and 'text'"), "correct the line, or get the file again", e);
            }
        }
        return documents;
    }

    private sealed record Pair(string Where, string Split, string Label, string First, string Second, string? Fault);
}

using System.Globalization;
using System.Text.Json;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>The files of one conversion. <c>summary.json</c> is written last: with it the data is complete.</summary>
/// <param name="folder">Their folder.</param>
internal sealed class ConvertedFiles(DirectoryInfo folder)
{
    /// <summary>Their folder.</summary>
    public DirectoryInfo Folder { get; } = folder;

    /// <summary>The fitted encoding.</summary>
    public string EncodingPath => Path.Combine(Folder.FullName, "encoding.json");

    /// <summary>Held by the process that converts.</summary>
    public string LockPath => Path.Combine(Folder.FullName, "conversion.lock");

    private string SummaryPath => Path.Combine(Folder.FullName, "summary.json");

    /// <summary>A split by its number.</summary>
    public string SplitPath(int split) => Path.Combine(Folder.FullName, $"{RowDivision.Names[split]}.split");

    /// <summary>The spool of a part.</summary>
    public string SpoolPath(int part) => Path.Combine(Folder.FullName, part.ToString("'part-'00000'.spool'", CultureInfo.InvariantCulture));

    private string TestGroupsPath => Path.Combine(Folder.FullName, "test-groups.json");

    /// <summary>Keeps the group of every test row, which intervals over test items need to know.</summary>
    public void WriteTestGroups(int[] groups) => AtomicFile.WriteText(TestGroupsPath, JsonSerializer.Serialize(groups) + "\n");

    /// <summary>Marks the data as complete and removes the spools.</summary>
    public void Finish(DataSummary summary, IEnumerable<string> spools)
    {
        AtomicFile.WriteText(SummaryPath, JsonSerializer.Serialize(summary, RecordJson.Document) + "\n");
        foreach (string spool in spools) File.Delete(spool);
    }

    /// <summary>Opens complete data; null when there is none, or when it is damaged, which <paramref name="notes"/> then tells.</summary>
    public PreparedTask? TryOpen(List<string> notes)
    {
        if (!File.Exists(SummaryPath)) return null;
        try
        {
            return Open(notes);
        }
        catch (Exception e) when (e is LengthwiseException or FileNotFoundException)
        {
            notes.Add($"{e.Message}; it was made again");
            File.Delete(SummaryPath);
            return null;
        }
    }

    /// <summary>Opens complete data.</summary>
    public PreparedTask Open(IReadOnlyList<string> notes)
    {
        DataSummary summary = ReadSummary();
        FittedEncoding encoding = FittedEncoding.Read(EncodingPath);
        int[]? groups = ReadTestGroups(summary);
        var open = new List<PackedSplit>();
        try
        {
            foreach (SplitSummary split in summary.Splits)
                open.Add(PackedSplit.Open(SplitPath(RowDivision.Names.ToList().IndexOf(split.Name))));
        }
        catch
        {
            foreach (PackedSplit split in open) split.Dispose();
            throw;
        }
        string hash = SplitHash.Combine(open[0].ContentHash, open[1].ContentHash, open[2].ContentHash);
        if (open.Count > 3) hash = SplitHash.Combine(hash, open[3].ContentHash, "");
        return new PreparedTask(encoding.Shape(summary.Chance), open[0], open[1], open[2], hash, [.. notes, .. summary.Notes])
        {
            Unlabelled = open.Count > 3 ? open[3] : null,
            Encoding = encoding,
            Summary = summary,
            TestGroups = groups,
        };
    }

    private int[]? ReadTestGroups(DataSummary summary)
    {
        if (summary.Groups == 0) return null;
        try
        {
            int[]? groups = JsonSerializer.Deserialize<int[]>(File.ReadAllBytes(TestGroupsPath));
            if (groups?.Length == summary.Splits[2].Rows && groups.All(g => g >= 0)) return groups;
        }
        catch (JsonException e)
        {
            throw Damaged(TestGroupsPath, e.Message, e);
        }
        throw Damaged(TestGroupsPath, "it does not name a group for every test row", null);
    }

    private DataSummary ReadSummary()
    {
        try
        {
            DataSummary? summary = JsonSerializer.Deserialize<DataSummary>(File.ReadAllBytes(SummaryPath), RecordJson.Document);
            bool isSound = summary is not null && summary.Splits.Count is 3 or 4
                && summary.Splits.Select(s => s.Name).SequenceEqual(RowDivision.Names.Take(summary.Splits.Count));
            if (isSound) return summary!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Damaged(SummaryPath, e.Message, e);
        }
        throw Damaged(SummaryPath, "it does not name the splits train, validation and test", null);
    }

    private static LengthwiseException Damaged(string path, string fault, Exception? cause) =>
        new(ExitCode.Data, $"prepared data '{path}' is damaged: {fault}", "delete its folder; it is made again when needed", cause);
}

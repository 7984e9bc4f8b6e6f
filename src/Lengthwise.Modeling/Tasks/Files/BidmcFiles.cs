using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>What is cut from a record of BIDMC.</summary>
/// <param name="Target">What is predicted.</param>
/// <param name="Length">Samples of a window.</param>
/// <param name="Stride">Samples between two beginnings.</param>
internal sealed record BidmcWindows(VitalSign Target, int Length, int Stride)
{
    /// <summary>Samples a second.</summary>
    public const int Rate = 125;

    /// <summary>Name of the target's column.</summary>
    public string Column => Target switch { VitalSign.Hr => "HR", VitalSign.Rr => "RESP", _ => "SpO2" };

    /// <summary>Cuts a record.</summary>
    /// <param name="where">For messages.</param>
    /// <param name="group">Name of the record.</param>
    /// <param name="signalsL2">PLETH and II, step-major.</param>
    /// <param name="numerics">Value of the target at each second, NaN where missing.</param>
    public IEnumerable<SequenceRecord> Cut(string where, string group, float[] signalsL2, IReadOnlyDictionary<int, float> numerics)
    {
        for (int start = 0; start + Length <= signalsL2.Length / 2; start += Stride)
        {
            // Seconds whose whole sample time lies in the window.
            int firstSecond = (start + Rate - 1) / Rate, endSecond = (start + Length) / Rate;
            float[] seen = [.. Enumerable.Range(firstSecond, Math.Max(0, endSecond - firstSecond)).Select(s => numerics.GetValueOrDefault(s, float.NaN)).Where(float.IsFinite)];
            yield return new SequenceRecord
            {
                Where = FormattableString.Invariant($"{where}, sample {start}"),
                Group = group,
                Targets = seen.Length == 0 ? null : [(float)seen.Average(v => (double)v)],
                Content = new SequenceContent.Reals(signalsL2.AsMemory(2 * start, 2 * Length), 2),
            };
        }
    }
}

/// <summary>Files of BIDMC: a CSV of signals and one of vital signs per record as PhysioNet publishes them, or all records in one array of 16-bit integers.</summary>
internal static class BidmcFiles
{
    private const string Array = "bidmc50_signals.i16le", Table = "bidmc50_numerics.csv";
    private const string SignalsEnd = "_Signals.csv", NumericsEnd = "_Numerics.csv";
    private const int ArrayChannels = 3, ArraySamples = 60_001, MaxLineLength = 1 << 16;
    private const float ArrayUnit = 1 / 8000f;
    private static readonly string[] Channels = ["PLETH", "II"];

    /// <summary>Recognises the layout and opens it; null when there is none.</summary>
    public static FileSource? Open(FileSystemInfo files, BidmcWindows windows)
    {
        if (FolderSearch.Find(files, folder => SignalFiles(folder).Count > 0) is { } records) return OpenRecords(records, windows);
        return FolderSearch.Find(files, folder => FolderSearch.File(folder, Array) is not null && FolderSearch.File(folder, Table) is not null) is { } array
            ? OpenArray(array, windows)
            : null;
    }

    private static IReadOnlyList<FileInfo> SignalFiles(DirectoryInfo folder) =>
        [.. FolderSearch.Files(folder, SignalsEnd, SignalsEnd + ".gz").Where(f => f.Name.StartsWith("bidmc_", StringComparison.Ordinal))];

    private static FileSource Source(DirectoryInfo folder, BidmcWindows windows, string layout, IReadOnlyList<FileInfo> files, IReadOnlyList<RecordPart> parts) =>
        new(folder, files, parts, layout, FormattableString.Invariant($"windows of {windows.Length} samples each {windows.Stride}; target {windows.Column}: mean over the window"))
        {
            Targets = [windows.Column],
            Channels = Channels,
        };

    private static FileSource OpenRecords(DirectoryInfo folder, BidmcWindows windows)
    {
        (string Name, FileInfo Signals, FileInfo Numerics)[] records =
        [
            .. SignalFiles(folder).Select(signals =>
            {
                string name = signals.Name[..signals.Name.IndexOf(SignalsEnd, StringComparison.Ordinal)];
                return (name, signals, FolderSearch.File(folder, name + NumericsEnd)
                    ?? throw new LengthwiseException(ExitCode.Data, $"'{signals.FullName}' has no {name}{NumericsEnd} beside it", "every record needs both files"));
            }),
        ];
        return Source(
            folder, windows, FormattableString.Invariant($"{records.Length} records as CSV, columns by name"),
            [.. records.SelectMany(r => (FileInfo[])[r.Signals, r.Numerics])],
            [.. records.Select(r => new FilePart(r.Name, r.Signals.Length, (problems, cancellation) => ReadRecord(r.Name, r.Signals, r.Numerics, windows, problems, cancellation)))]);
    }

    private static IEnumerable<SequenceRecord> ReadRecord(
        string name, FileInfo signals, FileInfo numerics, BidmcWindows windows, BadRows problems, CancellationToken cancellation)
    {
        var values = new List<float>();
        var targets = new Dictionary<int, float>();
        try
        {
            foreach (float[] row in Rows(signals, Channels, cancellation)) values.AddRange(row);
            foreach (float[] row in Rows(numerics, ["Time [s]", windows.Column], cancellation))
                if (float.IsFinite(row[0])) targets[(int)Math.Round(row[0])] = row[1];
        }
        catch (LengthwiseException e)
        {
            problems.Report(signals.FullName, e.Message);
            return [];
        }
        return windows.Cut(signals.FullName, name, [.. values], targets);
    }

    private static FileSource OpenArray(DirectoryInfo folder, BidmcWindows windows)
    {
        FileInfo array = FolderSearch.File(folder, Array)!, table = FolderSearch.File(folder, Table)!;
        return Source(
            folder, windows, "records in one array of 16-bit integers, 8,000 to a unit; vital signs in one table", [array, table],
            [new FilePart(array.Name, array.Length, (_, cancellation) => ReadArray(array, table, windows, cancellation))]);
    }

    private static IEnumerable<SequenceRecord> ReadArray(FileInfo array, FileInfo table, BidmcWindows windows, CancellationToken cancellation)
    {
        var numerics = new Dictionary<int, Dictionary<int, float>>();
        foreach (float[] row in Rows(table, ["record", "time_s", windows.Column], cancellation))
        {
            if (!numerics.TryGetValue((int)row[0], out Dictionary<int, float>? seconds)) numerics[(int)row[0]] = seconds = [];
            seconds[(int)row[1]] = row[2];
        }

        using Stream stream = Open(array);
        var bytes = new byte[ArrayChannels * ArraySamples * sizeof(short)];
        // Records stand in the array in the order of their numbers.
        foreach (int record in numerics.Keys.Order())
        {
            cancellation.ThrowIfCancellationRequested();
            string where = FormattableString.Invariant($"{array.FullName}, record {record}");
            int read = Take(array, stream, bytes);
            if (read < bytes.Length)
                throw new LengthwiseException(ExitCode.Data, FormattableString.Invariant($"{where}: found {read} bytes, expected {bytes.Length}: 3 channels of 60,001 samples"), "the file is cut off, or belongs to another table; get both again");
            foreach (SequenceRecord window in windows.Cut(where, record.ToString(CultureInfo.InvariantCulture), Signals(bytes), numerics[record])) yield return window;
        }
        if (stream.ReadByte() >= 0)
            throw new LengthwiseException(ExitCode.Data, $"'{array.FullName}' holds more records than '{table.Name}' names", "get both files again");
    }

    // Stored are II, PLETH, RESP one after another.
    private static float[] Signals(byte[] bytes)
    {
        var values = new float[2 * ArraySamples];
        for (int t = 0; t < ArraySamples; t++)
        {
            values[2 * t] = ArrayUnit * BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(sizeof(short) * (ArraySamples + t)));
            values[2 * t + 1] = ArrayUnit * BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(sizeof(short) * t));
        }
        return values;
    }

    // Columns are found by name: their order differs from record to record, and headers have blanks after the commas.
    private static IEnumerable<float[]> Rows(FileInfo file, string[] columns, CancellationToken cancellation)
    {
        using var reader = new LineReader(file.FullName, MaxLineLength);
        var reused = new StringBuilder();
        string[] header = [.. (reader.Next(reused) ?? "").Split(',').Select(name => name.Trim())];
        int[] at = [.. columns.Select(column => System.Array.FindIndex(header, name => name.Equals(column, StringComparison.OrdinalIgnoreCase)))];
        if (System.Array.IndexOf(at, -1) is >= 0 and var missing)
            throw new LengthwiseException(ExitCode.Data, $"{file.FullName}(1): found the columns {string.Join(", ", header)}, expected '{columns[missing]}' among them", "check that this is a file of BIDMC");
        while (reader.Next(reused) is { } line)
        {
            cancellation.ThrowIfCancellationRequested();
            if (line.Length == 0) continue;
            string[] fields = line.Split(',');
            if (fields.Length != header.Length)
                throw new LengthwiseException(ExitCode.Data, FormattableString.Invariant($"{file.FullName}({reader.Line}): found {fields.Length} fields, expected {header.Length}"), "the file is damaged; get it again");
            yield return [.. at.Select(column => Value(file, reader.Line, fields[column]))];
        }
    }

    private static float Value(FileInfo file, int line, string field)
    {
        ReadOnlySpan<char> text = field.AsSpan().Trim();
        if (text.IsEmpty || text.Equals("NaN", StringComparison.OrdinalIgnoreCase)) return float.NaN;
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw new LengthwiseException(ExitCode.Data, FormattableString.Invariant($"{file.FullName}({line}): found '{field.Trim()}', expected a number, NaN or nothing"), "the file is damaged; get it again");
    }

    private static Stream Open(FileInfo file)
    {
        try
        {
            FileStream stream = file.OpenRead();
            return file.Extension == ".gz" ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Data, $"opening '{file.FullName}': {e.Message}", "check the path and that you may read it", e);
        }
    }

    private static int Take(FileInfo file, Stream stream, byte[] bytes)
    {
        try
        {
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading '{file.FullName}': {e.Message}", "the file is damaged; get it again", e);
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>
/// Files to packed splits, once: parts of the source are read in parallel into spools, rows are divided, the training rows fit the
/// encoding, and everything is encoded. Kept below the cache folder under the hash of settings and file contents; an interrupted
/// conversion continues with the parts that were not finished.
/// </summary>
public static class RecordConversion
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Opens the converted data, after converting when it is not there.</summary>
    /// <param name="request">What to convert, and how.</param>
    /// <param name="cache">Folder for prepared data.</param>
    /// <param name="progress">Hears what is done; may be null.</param>
    /// <param name="cancellation">Stops; finished parts stay.</param>
    /// <exception cref="LengthwiseException">The source is missing, damaged or contradicts itself, or the cache cannot be written.</exception>
    public static PreparedTask Prepare(ConversionRequest request, DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        string[] problems = [.. request.Split.Problems()];
        if (problems.Length > 0) throw new LengthwiseException(ExitCode.Usage, string.Join("; ", problems), "correct [task]");
        string source = SourceHash.Of(request.Source, cache, progress, cancellation);
        var files = new ConvertedFiles(FolderOf(request, source, cache));
        var remade = new List<string>();
        if (files.TryOpen(remade) is { } present) return present;
        try
        {
            // Cells of a comparison start side by side: the first converts, the others wait and open what it made.
            using FolderLock held = FolderLock.Take(files.LockPath, "the conversion", LongestWait, cancellation);
            if (files.TryOpen(remade) is { } made) return made;
            Convert(request, files, progress, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(
                ExitCode.Failed, $"writing prepared data to '{files.Folder.FullName}': {e.Message}", "free some space, or name a folder that can be written", e);
        }
        return files.Open(remade);
    }

    private static void Convert(ConversionRequest request, ConvertedFiles files, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        files.Folder.Create();
        PartialFile.RemoveAbandoned(files.Folder);
        EncodingPlan plan = PlanOf(request, cancellation);
        string[] spools = SpoolParts(request, plan.Kind, files, progress, cancellation);

        var faults = new List<string>();
        long skipped = 0;
        RowFacts[] rows = [.. spools.SelectMany(path => Spool.Read(path, withContent: false, (count, first) =>
        {
            skipped += count;
            faults.AddRange(first);
        })).Select(row => row.Facts)];
        RowDivision division = RowDivision.Of(rows, request);
        FittedEncoding encoding = Fit(request, plan, spools, rows, division, progress, cancellation);
        SplitTally tally = EncodeAll(request, encoding, spools, rows, division, files, progress, cancellation);
        DataSummary summary = Summaries.Of(request, encoding, rows, division, tally, skipped, faults);
        encoding.Write(files.EncodingPath);
        if (division.GroupsOf((int)SplitName.Test) is { } groups) files.WriteTestGroups(groups);
        files.Finish(summary, spools);
    }

    private static EncodingPlan PlanOf(ConversionRequest request, CancellationToken cancellation)
    {
        // The first record that can be read tells what the content is; whether bad ones may be skipped is decided when all are read.
        foreach (RecordPart part in request.Source.Parts)
            foreach (SequenceRecord record in part.Read(new BadRows(request.MaySkipBadRows), cancellation))
                return request.Encoding(record.Content);
        throw new LengthwiseException(
            ExitCode.Data, $"'{request.Source.Name}' has no rows", "check that this is the right file, and the settings that say how to read it");
    }

    private static string[] SpoolParts(
        ConversionRequest request, EncodingKind kind, ConvertedFiles files, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        IReadOnlyList<RecordPart> parts = request.Source.Parts;
        string[] paths = [.. parts.Select((_, i) => files.SpoolPath(i))];
        long total = parts.Sum(p => p.Bytes), done = 0;
        try
        {
            Parallel.For(0, parts.Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                if (!File.Exists(paths[i])) Spool.Write(paths[i], parts[i], kind, new BadRows(request.MaySkipBadRows), cancellation);
                progress?.Report(new PreparationProgress($"{request.Task}: reading {parts[i].Name}", Interlocked.Add(ref done, parts[i].Bytes), total));
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<LengthwiseException>().FirstOrDefault() is { } first)
        {
            throw new LengthwiseException(first.Code, first.Message, first.Hint, first);
        }
        catch (AggregateException e) when (e.InnerException is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
        }
        return paths;
    }

    private static FittedEncoding Fit(
        ConversionRequest request, EncodingPlan plan, string[] spools, RowFacts[] rows, RowDivision division,
        IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        var fit = new EncodingFit(plan);
        bool isPair = false;
        int row = 0;
        foreach (SpooledRow spooled in spools.SelectMany(path => Spool.Read(path, withContent: true)))
        {
            cancellation.ThrowIfCancellationRequested();
            isPair |= spooled.Second is not null;
            if (spooled.Second is null && isPair)
                throw new LengthwiseException(ExitCode.Data, $"{spooled.Facts.Where}: found one sequence, expected a pair as in the rows before", "give every row two sequences");
            if (division.Splits[row++] is not (0 or RowDivision.UnlabelledSplit)) continue;
            fit.Add(spooled.Content!, spooled.Facts.Where);
            if (spooled.Second is not null) fit.Add(spooled.Second, spooled.Facts.Where);
            if (row % 1000 == 0) progress?.Report(new PreparationProgress($"{request.Task}: statistics of the training rows", row, rows.Length));
        }
        return fit.Finish(rows.Max(r => r.Steps)) with
        {
            Classes = division.Classes,
            Targets = division.Classes.Count > 0 ? [] : TargetScales.Of(request.Source, rows, division),
            IsPair = isPair,
        };
    }

    private static SplitTally EncodeAll(
        ConversionRequest request, FittedEncoding encoding, string[] spools, RowFacts[] rows, RowDivision division, ConvertedFiles files,
        IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        using var writers = new SplitWriters(encoding, division, files);
        int row = 0;
        foreach (SpooledRow spooled in spools.SelectMany(path => Spool.Read(path, withContent: true)))
        {
            cancellation.ThrowIfCancellationRequested();
            int split = division.Splits[row++];
            if (split != RowDivision.Nowhere) writers.Add(split, spooled);
            if (row % 1000 == 0) progress?.Report(new PreparationProgress($"{request.Task}: encoding", row, rows.Length));
        }
        if (request.Split.SelectsOnTest) writers.RepeatTestAsValidation(spools);
        return writers.Finish();
    }

    private static DirectoryInfo FolderOf(ConversionRequest request, string source, DirectoryInfo cache)
    {
        string settings = JsonSerializer.Serialize(request.Settings, request.Settings.GetType());
        string plan = JsonSerializer.Serialize(request.Split);
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{settings}\n{plan}\n{request.Metric}\n{request.MaySkipBadRows}\n{source}"));
        string name = FormattableString.Invariant($"{request.Task}-v{request.Version}-{System.Convert.ToHexStringLower(hash)[..16]}");
        return new DirectoryInfo(Path.Combine(cache.FullName, name));
    }
}

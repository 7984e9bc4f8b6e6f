using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>
/// SHA-256 over the content of a source's files, and over their names below their common folder, since folders and names can be labels. A file that has kept its size and time since it was last hashed is not read again:
/// a run on 2 GB must not begin by reading them.
/// </summary>
internal static class SourceHash
{
    private const string MemoName = "source-hashes.json";
    private static readonly TimeSpan TooFresh = TimeSpan.FromSeconds(3);

    /// <summary>The hash, as hexadecimal. Where the files lie does not matter; their order, content and, of several, their names do.</summary>
    /// <param name="source">The source.</param>
    /// <param name="cache">Where known hashes are remembered.</param>
    /// <param name="progress">Hears bytes done; may be null.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <exception cref="LengthwiseException">A file cannot be read.</exception>
    public static string Of(RecordSource source, DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        string memoPath = Path.Combine(cache.FullName, MemoName);
        var known = new ConcurrentDictionary<string, Known>(Load(memoPath), StringComparer.Ordinal);
        IReadOnlyList<FileInfo> files = source.Files;
        var hashes = new string[files.Count];
        long total = files.Sum(f => f.Exists ? f.Length : 0), done = 0;
        bool isNew = false;
        Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            FileInfo file = files[i];
            hashes[i] = Hash(file, known, ref isNew);
            progress?.Report(new PreparationProgress($"{source.Name}: looking for changes", Interlocked.Add(ref done, file.Length), total));
        });
        if (isNew) Save(memoPath, known);
        string[] names = NamesOf(files);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', hashes.Zip(names, (hash, name) => $"{hash} {name}")))));
    }

    private static string[] NamesOf(IReadOnlyList<FileInfo> files)
    {
        if (files.Count < 2) return [.. files.Select(_ => "")];
        string common = files[0].DirectoryName!;
        while (!files.All(f => f.DirectoryName == common || f.DirectoryName!.StartsWith(common.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
            common = Path.GetDirectoryName(common)!;
        return [.. files.Select(f => Path.GetRelativePath(common, f.FullName).Replace(Path.DirectorySeparatorChar, '/'))];
    }

    private static string Hash(FileInfo file, ConcurrentDictionary<string, Known> known, ref bool isNew)
    {
        try
        {
            (long size, DateTime written) = (file.Length, file.LastWriteTimeUtc);
            if (known.TryGetValue(file.FullName, out Known? before) && before.Size == size && before.Written == written.Ticks) return before.Sha256;
            using FileStream stream = file.OpenRead();
            string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            // A file that was written a moment ago can change again without its time changing.
            if (TimeProvider.System.GetUtcNow() - written > TooFresh)
            {
                known[file.FullName] = new Known(size, written.Ticks, hash);
                isNew = true;
            }
            return hash;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading '{file.FullName}': {e.Message}", "check the path and that you may read it", e);
        }
    }

    private static Dictionary<string, Known> Load(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, Known>>(File.ReadAllBytes(path)) ?? [] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private static void Save(string path, ConcurrentDictionary<string, Known> known)
    {
        try
        {
            AtomicFile.WriteText(path, JsonSerializer.Serialize(known.Where(k => File.Exists(k.Key)).ToDictionary(StringComparer.Ordinal)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only time is lost: the next run hashes again.
        }
    }

    private sealed record Known(long Size, long Written, string Sha256);
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// The packed splits of one task under one set of settings, below the cache folder in <c>NAME-vVERSION-HASH</c>. Several processes
/// may prepare the same data at once: each writes its own partial files, and all of them end with the same content.
/// </summary>
internal sealed class SplitCache
{
    private static readonly string[] Splits = ["train", "validation", "test"];
    private readonly DirectoryInfo _folder;

    /// <summary>Names the folder; nothing is made yet.</summary>
    /// <param name="cache">Folder for prepared data.</param>
    /// <param name="name">Task name.</param>
    /// <param name="version">Task version.</param>
    /// <param name="settings">The task's settings, all of which are part of the name.</param>
    /// <param name="source">Hash of the files that the data is made from; empty for generated data.</param>
    public SplitCache(DirectoryInfo cache, string name, int version, TaskSettings settings, string source = "")
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{JsonSerializer.Serialize(settings, settings.GetType())}{source}"));
        string folder = FormattableString.Invariant($"{name}-v{version}-{Convert.ToHexStringLower(hash)[..16]}");
        _folder = new DirectoryInfo(Path.Combine(cache.FullName, folder));
    }

    /// <summary>The finished file of a split.</summary>
    public string PathOf(string split) => Path.Combine(_folder.FullName, $"{split}.split");

    /// <summary>Opens the three splits, after having them made when any is missing or damaged.</summary>
    /// <param name="shape">What the task is.</param>
    /// <param name="make">Writes and finishes all three at <see cref="PathOf"/>.</param>
    /// <exception cref="LengthwiseException">The folder cannot be written.</exception>
    public PreparedTask OpenOrMake(TaskShape shape, Action<SplitCache> make)
    {
        var notes = new List<string>();
        if (TryOpen(shape, notes) is { } present) return present;
        try
        {
            _folder.Create();
            PartialFile.RemoveAbandoned(_folder);
            make(this);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(
                ExitCode.Failed, $"writing prepared data to '{_folder.FullName}': {e.Message}", "free some space, or name a folder that can be written", e);
        }
        return Open(shape, notes);
    }

    private PreparedTask? TryOpen(TaskShape shape, List<string> notes)
    {
        if (!Splits.All(split => File.Exists(PathOf(split)))) return null;
        try
        {
            return Open(shape, notes);
        }
        catch (LengthwiseException damaged)
        {
            notes.Add($"{damaged.Message}; it was made again");
            return null;
        }
    }

    private PreparedTask Open(TaskShape shape, IReadOnlyList<string> notes)
    {
        var open = new List<PackedSplit>();
        try
        {
            foreach (string split in Splits) open.Add(PackedSplit.Open(PathOf(split)));
        }
        catch
        {
            foreach (PackedSplit split in open) split.Dispose();
            throw;
        }
        string hash = SplitHash.Combine(open[0].ContentHash, open[1].ContentHash, open[2].ContentHash);
        return new PreparedTask(shape, open[0], open[1], open[2], hash, notes);
    }
}

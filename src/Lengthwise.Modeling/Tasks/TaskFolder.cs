using System.Security.Cryptography;
using System.Text;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Finds the files of a task: those that a recipe names, or those that <c>lengthwise data get</c> brought. Archives are unpacked once.</summary>
/// <param name="task">The task, for messages.</param>
/// <param name="origin">Where its data comes from.</param>
/// <param name="cache">Folder for prepared data.</param>
internal sealed class TaskFolder(string task, DataOrigin origin, DirectoryInfo cache)
{
    /// <summary>The file or folder with the data.</summary>
    /// <param name="path">The recipe's <c>task.path</c>: a file, a folder or an archive; empty for what was downloaded.</param>
    /// <param name="progress">Hears of unpacking; may be null.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="LengthwiseException">There is nothing, or an archive is damaged.</exception>
    public FileSystemInfo Find(string path, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        if (path.Length == 0) return Downloaded(progress, cancellation);
        if (Directory.Exists(path)) return new DirectoryInfo(path);
        if (!File.Exists(path)) throw new LengthwiseException(ExitCode.Data, $"reading {task}: '{path}' does not exist", Hint("check 'task.path'"));
        var file = new FileInfo(path);
        return ArchiveExtraction.IsArchive(file) ? Unpacked(file, progress, cancellation) : file;
    }

    private DirectoryInfo Downloaded(IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        DirectoryInfo folder = origin.In(cache);
        string[] missing = [.. origin.Files.Where(f => !File.Exists(Path.Combine(folder.FullName, f.Name))).Select(f => f.Name)];
        bool isEmpty = !folder.Exists || !folder.EnumerateFileSystemInfos().Any(f => !f.Name.Contains(".download", StringComparison.Ordinal));
        // What a person put there need not have the official names, but half a download must not pass for a data set.
        bool isHalf = missing.Length > 0 && missing.Length < origin.Files.Count;
        if (isEmpty || isHalf)
        {
            string found = isHalf ? FormattableString.Invariant($"{missing.Length} of {origin.Files.Count} files are missing in '{folder.FullName}'") : $"found no data in '{folder.FullName}'";
            throw new LengthwiseException(ExitCode.Data, $"reading {task}: {found}", Hint(""));
        }
        return folder.GetFileSystemInfos() is [FileInfo only] && ArchiveExtraction.IsArchive(only) ? Unpacked(only, progress, cancellation) : folder;
    }

    private DirectoryInfo Unpacked(FileInfo archive, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        string version = FormattableString.Invariant($"{archive.FullName}/{archive.Length}/{archive.LastWriteTimeUtc.Ticks}");
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(version)))[..16];
        var folder = new DirectoryInfo(Path.Combine(cache.FullName, "data", "unpacked", $"{archive.Name}-{hash}"));
        if (folder.Exists) return folder;
        Directory.CreateDirectory(folder.Parent!.FullName);
        PartialFile.RemoveAbandoned(folder.Parent);
        var report = progress is null ? null : new Unpacking(progress, $"{task}: unpacking {archive.Name}");
        ArchiveExtraction.Extract(archive, folder, report, cancellation);
        folder.Refresh();
        return folder;
    }

    private string Hint(string first)
    {
        string get = origin.Files.Count > 0 ? $"'lengthwise data get {task}' downloads it, or give its place in 'task.path'" : origin.ByHand;
        return first.Length > 0 ? $"{first}; {get}" : get;
    }

    private sealed class Unpacking(IProgress<PreparationProgress> progress, string what) : IProgress<(long Bytes, long Files)>
    {
        public void Report((long Bytes, long Files) value) => progress.Report(new PreparationProgress(what, value.Bytes, 0));
    }
}

using System.Globalization;

namespace Lengthwise.Experiments;

/// <summary>
/// Keeps other processes out of a folder for as long as this one lives: a file held open exclusively, which the system releases
/// even after SIGKILL. The holder's process id stands in a second file beside it, since the first cannot be read meanwhile; a third
/// asks the holder to stop, <see cref="StopRequest"/>.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _held;
    private readonly string _path;

    private FolderLock(FileStream held, string path)
    {
        _held = held;
        _path = path;
    }

    /// <summary>Takes the lock, waiting for a holder that is about to end.</summary>
    /// <param name="path">The lock file, such as <see cref="RunFolder.LockPath"/>; made when absent, never deleted.</param>
    /// <param name="what">What is locked, for the message: "the comparison", "the run".</param>
    /// <param name="patience">How long to wait for the present holder.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="LengthwiseException">Another process still holds it.</exception>
    public static FolderLock Take(string path, string what, TimeSpan patience, CancellationToken cancellation = default)
    {
        const int pauseMilliseconds = 100;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        for (int waited = 0; ; waited += pauseMilliseconds)
        {
            if (TryOpen(path) is { } held)
            {
                // A request that an earlier holder did not live to hear is not meant for this one.
                StopRequest.Withdraw(path);
                File.WriteAllText(OwnerPath(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
                return new FolderLock(held, path);
            }
            if (waited >= patience.TotalMilliseconds)
                throw new LengthwiseException(
                    ExitCode.Failed,
                    $"opening {what} in '{Path.GetDirectoryName(path)}': process {Owner(path)} is working there",
                    "wait for it, stop it, or choose another folder with --out");
            cancellation.WaitHandle.WaitOne(pauseMilliseconds);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// The process that holds a lock, as its id; null when nobody does, also when the holder was killed. Looking takes a shared lock for
    /// an instant, which <see cref="Take"/> outwaits.
    /// </summary>
    /// <param name="path">The lock file.</param>
    public static string? HolderOf(string path)
    {
        try
        {
            if (!File.Exists(path)) return null;
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException)
        {
            return Owner(path);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The lock file itself stays: deleting it could take it away from a process that has just opened it.
        StopRequest.Withdraw(_path);
        File.Delete(OwnerPath(_path));
        _held.Dispose();
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    private static string OwnerPath(string path) => Path.ChangeExtension(path, ".pid");

    private static string Owner(string path)
    {
        try
        {
            return File.ReadAllText(OwnerPath(path)).Trim() is { Length: > 0 and < 20 } id ? id : "(unknown id)";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "(unknown id)";
        }
    }
}

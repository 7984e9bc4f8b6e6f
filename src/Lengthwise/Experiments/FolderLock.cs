using System.Globalization;

namespace Lengthwise.Experiments;

/// <summary>
/// Keeps other processes out of a folder for as long as this one lives: a file held open exclusively, which the system releases
/// even after SIGKILL. The holder's process id stands in a second file beside it, since the first cannot be read meanwhile.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _held;
    private readonly string _ownerPath;

    private FolderLock(FileStream held, string ownerPath)
    {
        _held = held;
        _ownerPath = ownerPath;
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
        string ownerPath = Path.ChangeExtension(path, ".pid");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        for (int waited = 0; ; waited += pauseMilliseconds)
        {
            if (TryOpen(path) is { } held)
            {
                File.WriteAllText(ownerPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
                return new FolderLock(held, ownerPath);
            }
            if (waited >= patience.TotalMilliseconds)
                throw new LengthwiseException(
                    ExitCode.Failed,
                    $"opening {what} in '{Path.GetDirectoryName(path)}': process {Owner(ownerPath)} is working there",
                    "wait for it, stop it, or choose another folder with --out");
            cancellation.WaitHandle.WaitOne(pauseMilliseconds);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The lock file itself stays: deleting it could take it away from a process that has just opened it.
        File.Delete(_ownerPath);
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

    private static string Owner(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } id ? id : "(unknown id)";
        }
        catch (IOException)
        {
            return "(unknown id)";
        }
    }
}

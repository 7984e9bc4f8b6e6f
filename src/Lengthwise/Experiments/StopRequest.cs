namespace Lengthwise.Experiments;

/// <summary>
/// Asks the process that holds a <see cref="FolderLock"/> to save and stop, as Ctrl+C does: a file beside the lock. It needs no signal, so it works on every
/// system and reaches whoever holds the lock, never a process that happens to have got its id. The holder removes it when it ends.
/// </summary>
public static class StopRequest
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    /// <summary>Asks the present holder. The file is empty: that it exists is the request.</summary>
    /// <param name="lockPath">The lock file, such as <see cref="ComparisonFolder.LockPath"/>.</param>
    public static void Make(string lockPath) => File.WriteAllBytes(PathOf(lockPath), []);

    /// <summary>Whether somebody has asked.</summary>
    public static bool IsMade(string lockPath) => File.Exists(PathOf(lockPath));

    /// <summary>Listens for requests as the holder of the lock, until disposed.</summary>
    /// <param name="lockPath">The lock file.</param>
    /// <param name="onRequest">Called at most once, on another thread, which may be a moment after the disposal.</param>
    public static IDisposable Listen(string lockPath, Action onRequest) => new Listener(lockPath, onRequest);

    internal static void Withdraw(string lockPath) => File.Delete(PathOf(lockPath));

    private static string PathOf(string lockPath) => Path.ChangeExtension(lockPath, ".stop");

    private sealed class Listener : IDisposable
    {
        private readonly Timer _timer;
        private readonly string _lockPath;
        private readonly Action _onRequest;
        private int _heard;

        public Listener(string lockPath, Action onRequest)
        {
            (_lockPath, _onRequest) = (lockPath, onRequest);
            _timer = new Timer(_ => Look(), null, Interval, Interval);
        }

        // Does not wait for a call that is under way: what it stops may run to its end, and come here, within that call.
        public void Dispose() => _timer.Dispose();

        private void Look()
        {
            if (IsMade(_lockPath) && Interlocked.Exchange(ref _heard, 1) == 0) _onRequest();
        }
    }
}

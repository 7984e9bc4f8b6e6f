using System.Runtime.ExceptionServices;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>
/// Bounds the time of a decoder that is not ours: a damaged file can send one into a loop without end. The thread that loops
/// cannot be stopped; it ends with the process, which such a file leads to anyway.
/// </summary>
internal static class Watchdog
{
    private const int StackBytes = 16 << 20;

    /// <summary>Time for work on so many bytes, far beyond what any honest file needs.</summary>
    public static TimeSpan LimitFor(long bytes) => TimeSpan.FromSeconds(20 + bytes / (1 << 20));

    /// <summary>Runs work on its own thread.</summary>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    public static T Run<T>(Func<T> work, TimeSpan limit)
    {
        T? result = default;
        ExceptionDispatchInfo? fault = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception e)
                {
                    fault = ExceptionDispatchInfo.Capture(e);
                }
            },
            StackBytes)
        {
            IsBackground = true,
            Name = "decoding",
        };
        thread.Start();
        if (!thread.Join(limit)) throw new TimeoutException(FormattableString.Invariant($"reading does not end ({limit.TotalSeconds:0} s)"));
        fault?.Throw();
        return result!;
    }
}

using System.Diagnostics;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// Training batches step by step, each assembled on another thread while the step before it runs. Which batch a step gets is the source's matter
/// alone, so that results do not depend on it.
/// </summary>
/// <param name="source">Not owned.</param>
internal sealed class BatchesAhead(BatchSource source) : IDisposable
{
    private (long Step, Task<Batch> Batch)? _ahead;

    /// <summary>Time that steps waited for their batch.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The batch of a step; the caller disposes it. That of the next step is begun.</summary>
    /// <param name="step">From 0 over all epochs.</param>
    public Batch At(long step)
    {
        long started = Stopwatch.GetTimestamp();
        if (_ahead is { } other && other.Step != step) Drop();
        Batch batch = _ahead is { } ahead ? ahead.Batch.GetAwaiter().GetResult() : Load(step);
        Waited += Stopwatch.GetElapsedTime(started);
        _ahead = (step + 1, Task.Run(() => Load(step + 1)));
        return batch;
    }

    /// <inheritdoc/>
    public void Dispose() => Drop();

    private Batch Load(long step) => source.At(step / source.BatchesPerEpoch, (int)(step % source.BatchesPerEpoch));

    // A batch that nobody asks for may also fail unheard.
    private void Drop()
    {
        if (_ahead is not { } ahead) return;
        _ahead = null;
        Task.WaitAny(ahead.Batch);
        if (ahead.Batch.IsCompletedSuccessfully) ahead.Batch.Result.Dispose();
        else _ = ahead.Batch.Exception;
    }
}

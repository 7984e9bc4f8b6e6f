using System.Diagnostics;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Training;

/// <summary>Passes a long preparation on as a line now and then.</summary>
internal sealed class PreparationNotes(IRunObserver? observer) : IProgress<PreparationProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private readonly Stopwatch _since = Stopwatch.StartNew();

    /// <inheritdoc/>
    public void Report(PreparationProgress value)
    {
        if (observer is null || _since.Elapsed < Interval) return;
        _since.Restart();
        observer.OnNote(value.Total > 0 ? $"{value.What}: {value.Done} of {value.Total}" : $"{value.What}: {value.Done}");
    }
}

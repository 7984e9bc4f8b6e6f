using Lengthwise.Experiments;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Training;

/// <summary>What surrounds a run without changing its numbers.</summary>
public sealed record RunOptions
{
    /// <summary>Folder for prepared data, shared by all runs.</summary>
    public required DirectoryInfo Cache { get; init; }

    /// <summary>Hears what happens; may be null.</summary>
    public IRunObserver? Observer { get; init; }

    /// <summary>Whether the test split is read at the end. Tuning runs leave it alone.</summary>
    public bool ReadTest { get; init; } = true;

    /// <summary>Called once the folder belongs to this run and before it trains; not for a run that is finished.</summary>
    public Action? Opened { get; init; }

    /// <summary>
    /// Which operations a new run leaves to libtorch, for its number of threads; a run that continues keeps what it began with, and a forced
    /// <see cref="KernelRoute"/> is all there is. Left out, every operation takes the C# kernels.
    /// </summary>
    public Func<int, KernelChoice>? Kernels { get; init; }

    /// <summary>Takes the place of the recipe's task, for data that no task of the catalogue makes.</summary>
    internal SequenceTask? Task { get; init; }
}

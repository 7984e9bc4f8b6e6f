using Lengthwise.Modeling.Data;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tasks;

/// <summary>A task: what the data is, where it comes from, and how it is scored. One file each; found by <see cref="TaskCatalog"/>.</summary>
public abstract class SequenceTask
{
    /// <summary>Name in recipes, such as <c>listops</c>.</summary>
    public abstract string Name { get; }

    /// <summary>One line for <c>lengthwise ls tasks</c>.</summary>
    public abstract string Summary { get; }

    /// <summary>Raised whenever old scores stop being comparable.</summary>
    public abstract int Version { get; }

    /// <summary>What goes in.</summary>
    public abstract InputSpec Input { get; }

    /// <summary>What comes out.</summary>
    public abstract OutputSpec Output { get; }

    /// <summary>Longest sequence, in steps, under these settings.</summary>
    public abstract int MaxLength { get; }

    /// <summary>Primary metric.</summary>
    public virtual string Metric => "accuracy";

    /// <summary>Whether a larger metric is better.</summary>
    public virtual bool HigherIsBetter => true;

    /// <summary>What guessing scores on the metric.</summary>
    public abstract double Chance { get; }

    /// <summary>Published mask ratio of masked pretraining on this kind of data (spt-protocol section 2).</summary>
    public abstract double DefaultMaskRatio { get; }

    /// <summary>Where the task was published.</summary>
    public abstract string Citation { get; }

    /// <summary>Licence of the data.</summary>
    public abstract string Licence { get; }

    /// <summary>
    /// Makes or opens the splits. Converted data is kept below <paramref name="cache"/> under a name that depends on the
    /// settings and the version, and is never half-written.
    /// </summary>
    /// <param name="cache">Folder for prepared data.</param>
    /// <param name="progress">Hears what is done; may be null.</param>
    /// <param name="cancellation">Stops the preparation.</param>
    /// <exception cref="LengthwiseException">Data is missing or corrupt.</exception>
    public abstract PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation);
}

/// <summary>How far a preparation has come.</summary>
/// <param name="What">What is being done.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; 0 when unknown.</param>
public sealed record PreparationProgress(string What, long Done, long Total);

/// <summary>The splits of a task, ready to read.</summary>
/// <param name="Train">Training split; its inputs are also what is pretrained on.</param>
/// <param name="Validation">Selects.</param>
/// <param name="Test">Is read once.</param>
/// <param name="Hash">SHA-256 over the content of the three, as hexadecimal.</param>
/// <param name="Notes">What a person should know: rows truncated, skipped, …</param>
public sealed record PreparedTask(
    SequenceSplit Train, SequenceSplit Validation, SequenceSplit Test, string Hash, IReadOnlyList<string> Notes) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Validation.Dispose();
        Test.Dispose();
    }
}

/// <summary>Marks a task and names its settings record, which the constructor takes.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SequenceTaskAttribute(string name, Type settings) : Attribute
{
    /// <summary>Name in recipes.</summary>
    public string Name { get; } = name;

    /// <summary>A record that derives from <see cref="TaskSettings"/>.</summary>
    public Type Settings { get; } = settings;
}

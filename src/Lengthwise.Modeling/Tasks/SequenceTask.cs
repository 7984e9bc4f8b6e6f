using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Records.Readers;
using Lengthwise.Recipes;
using Lengthwise.Statistics;

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

    /// <summary>What goes in and comes out; null where only the data can tell.</summary>
    public abstract TaskShape? Shape { get; }

    /// <summary>Primary metric.</summary>
    public virtual string Metric => Shape?.Output is RegressionOutput ? MetricKind.Rmse.Key() : MetricKind.Accuracy.Key();

    /// <summary>Whether a larger metric is better.</summary>
    public bool HigherIsBetter => Metrics.Find(Metric)?.HigherIsBetter() ?? true;

    /// <summary>Published mask ratio of masked pretraining on this kind of data (spt-protocol section 2).</summary>
    public abstract double DefaultMaskRatio { get; }

    /// <summary>Where the task was published.</summary>
    public abstract string Citation { get; }

    /// <summary>Licence of the data.</summary>
    public abstract string Licence { get; }

    /// <summary>Where the data comes from; generated unless the task says otherwise.</summary>
    public virtual DataOrigin Origin => DataOrigin.Generated;

    /// <summary>
    /// Makes or opens the splits. Converted data is kept below <paramref name="cache"/> under a name that depends on the
    /// settings and the version, and is never half-written.
    /// </summary>
    /// <param name="cache">Folder for prepared data.</param>
    /// <param name="progress">Hears what is done; may be null.</param>
    /// <param name="cancellation">Stops the preparation.</param>
    /// <exception cref="LengthwiseException">Data is missing or corrupt.</exception>
    public abstract PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation);

    /// <summary>Opens new rows for prediction, which need no labels. Without a way of its own a task reads what any user's file holds.</summary>
    /// <param name="path">File or folder.</param>
    /// <exception cref="LengthwiseException">The files are missing or damaged, or leave a doubt.</exception>
    public virtual RecordSource OpenForPrediction(string path) => RecordSources.Open(new ReadSettings { Path = path }, withSplits: false);
}

/// <summary>How far a preparation has come.</summary>
/// <param name="What">What is being done.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; 0 when unknown.</param>
public sealed record PreparationProgress(string What, long Done, long Total);

/// <summary>What a model must fit.</summary>
/// <param name="Input">What goes in.</param>
/// <param name="Output">What comes out.</param>
/// <param name="MaxLength">Longest sequence, in steps.</param>
/// <param name="Chance">What guessing scores on the metric.</param>
public sealed record TaskShape(InputSpec Input, OutputSpec Output, int MaxLength, double Chance);

/// <summary>The splits of a task, ready to read.</summary>
/// <param name="Shape">What goes in and comes out.</param>
/// <param name="Train">Training split; its inputs are also what is pretrained on.</param>
/// <param name="Validation">Selects.</param>
/// <param name="Test">Is read once.</param>
/// <param name="Hash">SHA-256 over the content of the three, as hexadecimal.</param>
/// <param name="Notes">What a person should know: rows truncated, skipped, …</param>
public sealed record PreparedTask(
    TaskShape Shape, SequenceSplit Train, SequenceSplit Validation, SequenceSplit Test, string Hash, IReadOnlyList<string> Notes) : IDisposable
{
    /// <summary>Rows without labels that are pretrained on beside those of <see cref="Train"/>; null when there are none.</summary>
    public SequenceSplit? Unlabelled { get; init; }

    /// <summary>How files become rows, for prediction on new ones; null for tasks that no file can be given to.</summary>
    public FittedEncoding? Encoding { get; init; }

    /// <summary>Group (patient, speaker, document) of every test row; null where the source names none.</summary>
    public IReadOnlyList<int>? TestGroups { get; init; }

    /// <summary>The data in numbers; null for generated tasks.</summary>
    public DataSummary? Summary { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Unlabelled?.Dispose();
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

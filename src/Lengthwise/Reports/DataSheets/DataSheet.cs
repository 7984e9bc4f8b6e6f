namespace Lengthwise.Reports.DataSheets;

/// <summary>What <c>data check</c> found in a data set, ready to be shown.</summary>
public sealed record DataSheet
{
    /// <summary>The file, folder or task.</summary>
    public required string Title { get; init; }

    /// <summary>The finding in one sentence.</summary>
    public required string Answer { get; init; }

    /// <summary>How the files were understood, one line each.</summary>
    public required IReadOnlyList<string> Inferred { get; init; }

    /// <summary>Facts by name, in order.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; }

    /// <summary>What a person should look at before training: leaks, skipped rows, contradictions.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Class names; empty for regression and unlabelled data.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The splits.</summary>
    public required IReadOnlyList<DataSheetSplit> Splits { get; init; }

    /// <summary>Steps of every training row, as a model sees them.</summary>
    public required IReadOnlyList<int> Lengths { get; init; }

    /// <summary>A few training rows.</summary>
    public required IReadOnlyList<DataSheetSample> Samples { get; init; }

    /// <summary>Measured cost of training each model on this data; empty when it was not measured.</summary>
    public IReadOnlyList<DataSheetCost> Costs { get; init; } = [];

    /// <summary>Command that compares models on this data; empty when the data cannot be trained on.</summary>
    public string Command { get; init; } = "";

    /// <summary>The recipe that this command uses, resolved.</summary>
    public string Recipe { get; init; } = "";
}

/// <summary>One split.</summary>
/// <param name="Name">train, validation, test or unlabelled.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Steps">Steps of all rows.</param>
/// <param name="RowsPerClass">In the order of the classes; empty without classes.</param>
public sealed record DataSheetSplit(string Name, int Rows, long Steps, IReadOnlyList<int> RowsPerClass);

/// <summary>One row to look at.</summary>
/// <param name="Label">Its class or targets; empty when it has none.</param>
/// <param name="Text">Its beginning as text; empty for real channels.</param>
/// <param name="Channels">Its channels, normalised; empty for tokens.</param>
public sealed record DataSheetSample(string Label, string Text, IReadOnlyList<IReadOnlyList<float>> Channels);

/// <summary>What training one model costs here.</summary>
/// <param name="Model">Model.</param>
/// <param name="EpochSeconds">Seconds for one pass over the training rows, one thread; null where it could not be measured.</param>
/// <param name="PeakMemoryBytes">Peak memory of the training process; null where it could not be measured.</param>
public sealed record DataSheetCost(string Model, double? EpochSeconds, long? PeakMemoryBytes)
{
    /// <summary>Why nothing was measured, such as that the model needs too much memory; empty where something was.</summary>
    public string Problem { get; private init; } = "";

    /// <summary>A model that cannot be trained on the data here.</summary>
    public static DataSheetCost Failed(string model, string problem) => new(model, null, null) { Problem = problem };
}

using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Lengthwise.Modeling.Data;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>
/// Where a user's files are and how they are to be understood. Whatever is left at <c>auto</c> is inferred from the files and
/// said; where they leave a doubt, reading ends with an error that names the setting that decides.
/// </summary>
/// <remarks>
/// A column is a column of a table, a field of a JSON line, or a dataset of an HDF5 file; in a table without a header it is
/// called by its number, from 1. Where a setting names a column, <c>auto</c> takes a well-known name and <c>none</c> no column.
/// </remarks>
public record ReadSettings : TaskSettings
{
    internal const string Auto = "auto", None = "none";

    /// <summary>The file, folder or archive. A file <c>X_TRAIN.ts</c> brings <c>X_TEST.ts</c> along, as its test split.</summary>
    public string Path { get; init; } = "";

    /// <summary>Kind of the files.</summary>
    public FileFormat Format { get; init; } = FileFormat.Auto;

    /// <summary>How a table holds sequences.</summary>
    public TableLayout Layout { get; init; } = TableLayout.Auto;

    /// <summary>What the steps are.</summary>
    public ContentKind Content { get; init; } = ContentKind.Auto;

    /// <summary>Column of class names; empty cells are unlabelled rows, which are kept. Known names: label, labels, class, category.</summary>
    public string LabelColumn { get; init; } = Auto;

    /// <summary>Columns of regression targets, in units of the source; if there are none, a column called target or targets.</summary>
    public ValueList<string> TargetColumns { get; init; } = [];

    /// <summary>Column that names a row, unique; in a long table the rows of one id are a sequence.</summary>
    public string IdColumn { get; init; } = Auto;

    /// <summary>Column of the patient, speaker, document …: rows of one group never stand in two splits.</summary>
    public string GroupColumn { get; init; } = Auto;

    /// <summary>Column that says <c>train</c>, <c>validation</c> or <c>test</c>.</summary>
    public string SplitColumn { get; init; } = Auto;

    /// <summary>Column by which the steps of a long table rise within an id: numbers, or dates and times.</summary>
    public string TimeColumn { get; init; } = Auto;

    /// <summary>Column of texts.</summary>
    public string TextColumn { get; init; } = Auto;

    /// <summary>
    /// Columns of values, by name or with <c>*</c>. In a wide table the columns are the steps, and several patterns with
    /// <c>*</c> are as many channels; in a long table, and where a field or dataset is a whole sequence, each is a channel.
    /// </summary>
    public ValueList<string> ValueColumns { get; init; } = [];

    /// <summary>Whether a text table has a header.</summary>
    public HeaderRow Header { get; init; } = HeaderRow.Auto;

    /// <summary>What separates the columns of a text table.</summary>
    public ColumnSeparator Separator { get; init; } = ColumnSeparator.Auto;

    /// <summary>What quote characters mean in a text table.</summary>
    public QuoteStyle Quotes { get; init; } = QuoteStyle.Auto;

    /// <summary>Order of steps and channels in arrays (NumPy, HDF5, nested JSON).</summary>
    public ArrayAxes Axes { get; init; } = ArrayAxes.Auto;

    /// <summary>
    /// Regular expression over a file's path inside its folder, with named groups <c>label</c>, <c>group</c>, <c>id</c>,
    /// <c>split</c>: <c>(?&lt;label&gt;\d)_(?&lt;group&gt;\w+)_\d+\.wav$</c>.
    /// </summary>
    public string? LabelPattern { get; init; }

    /// <summary>
    /// A table of labels. For a folder: CSV or TSV with the column <c>file</c> (or <c>path</c>) and any of label, group, split
    /// and targets. For an array: <c>.npy</c> with a label a row.
    /// </summary>
    public string? LabelTable { get; init; }

    /// <summary>Samples a second to which WAV files are resampled; absent: all must have the same rate.</summary>
    [Range(1, 1_000_000)] public int? SampleRate { get; init; }

    /// <summary>Channels of images.</summary>
    public ImageColour Colour { get; init; } = ImageColour.Grey;

    /// <summary>Side of the square to which images are scaled; absent: all must have the same size.</summary>
    [Range(1, 4096)] public int? Resize { get; init; }

    /// <summary>Steps of the windows that long recordings are cut into; absent: recordings stay whole.</summary>
    [Range(1, int.MaxValue)] public int? WindowLength { get; init; }

    /// <summary>Steps between the beginnings of two windows; absent: the windows' length.</summary>
    [Range(1, int.MaxValue)] public int? WindowStride { get; init; }

    /// <summary>What becomes of rows that cannot be read.</summary>
    public BadRowRule OnBadRow { get; init; } = BadRowRule.Error;

    /// <summary>What becomes of missing values.</summary>
    public MissingRule Missing { get; init; } = MissingRule.Error;

    /// <summary>Whether pictures stay bytes of 0 to 255, for tasks that scale these themselves, instead of values of 0 to 1.</summary>
    internal bool KeepsLevels { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (Path.Length == 0) yield return "'path' is empty; expected the file, folder or archive to read";
        if (WindowStride is not null && WindowLength is null) yield return "'window_stride' without 'window_length' does nothing; set both";
        if (LabelPattern is { } pattern && PatternFault(pattern) is { } fault) yield return fault;
        if (TargetColumns.Count > 0 && LabelColumn is not (Auto or None))
            yield return "'target_columns' and 'label_column' exclude each other: a task is regression or classification";
    }

    private static string? PatternFault(string pattern)
    {
        try
        {
            string[] names = new Regex(pattern, RegexOptions.NonBacktracking).GetGroupNames();
            return names.Any(n => n is "label" or "group" or "id" or "split")
                ? null
                : "'label_pattern' has no named group; expected one of (?<label>…), (?<group>…), (?<id>…), (?<split>…)";
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return $"'label_pattern' is not a regular expression that can be used: {e.Message}";
        }
    }
}

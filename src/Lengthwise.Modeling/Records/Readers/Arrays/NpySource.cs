using System.Globalization;

namespace Lengthwise.Modeling.Records.Readers.Arrays;

/// <summary>Opens <c>.npy</c> files with the labels that lie beside them.</summary>
internal static class NpySource
{
    /// <summary>Opens an array.</summary>
    /// <exception cref="LengthwiseException">The file or its labels cannot be read or do not fit each other.</exception>
    public static ArraySource Open(FileInfo file, ReadSettings settings)
    {
        var notes = new List<string>();
        var files = new List<FileInfo> { file };
        RowLabels labels = LabelsOf(file, settings, files, notes);
        return new ArraySource(file.ToString(), files, () => Numbers(file), labels, settings, notes);
    }

    private static RowLabels LabelsOf(FileInfo file, ReadSettings settings, List<FileInfo> files, List<string> notes)
    {
        RowLabels labels = new();
        if (settings.LabelColumn == ReadSettings.None) return labels;
        FileInfo? found = settings.LabelTable is { } stated ? new FileInfo(stated) : Beside(file, "y", "labels", "label");
        if (found is null) notes.Add("no file of labels (y.npy, labels.npy) beside it: the rows are unlabelled");
        else labels = WithLabels(found, settings, notes);
        if (found is not null) files.Add(found);
        if (settings.GroupColumn != ReadSettings.None && Beside(file, "groups", "group") is { } groups)
        {
            labels = labels with { Groups = Names(groups) };
            files.Add(groups);
            notes.Add($"groups: '{groups.Name}'");
        }
        return labels;
    }

    private static RowLabels WithLabels(FileInfo file, ReadSettings settings, List<string> notes)
    {
        using NpyFile array = NpyFile.Open(file);
        if (array.Shape[0] > RowLabels.MaxRows)
            throw new LengthwiseException(ExitCode.Data, FormattableString.Invariant($"reading '{file}': it has {array.Shape[0]} rows, the limit is {RowLabels.MaxRows}"));
        long columns = array.RowValues;
        bool isStated = settings.TargetColumns.Count > 0;
        if (array.IsText)
        {
            notes.Add($"label: the texts of '{file.Name}'");
            return new RowLabels { Labels = Names(file) };
        }
        if (columns > 1024) throw new LengthwiseException(ExitCode.Data, FormattableString.Invariant($"reading '{file}': it has {columns} columns, expected labels or targets"));
        double[] values = array.Read(0, (int)array.Shape[0]);
        if (!isStated && columns == 1 && !RowLabels.AreTargets(values))
        {
            notes.Add($"label: the integers of '{file.Name}' are classes");
            return new RowLabels { Labels = RowLabels.Classes(file.ToString(), values) };
        }
        string stem = Path.GetFileNameWithoutExtension(file.Name);
        string[] names = isStated ? [.. settings.TargetColumns] : columns == 1 ? [stem] : [.. Enumerable.Range(0, (int)columns).Select(i => string.Create(CultureInfo.InvariantCulture, $"{stem}[{i}]"))];
        if (names.Length != columns)
            throw new LengthwiseException(ExitCode.Usage, FormattableString.Invariant($"reading '{file}': 'target_columns' names {names.Length} targets, the file has {columns}"), "correct 'target_columns' in [task]");
        notes.Add(FormattableString.Invariant($"targets: the {columns} column(s) of '{file.Name}'"));
        return new RowLabels { Targets = RowLabels.AsTargets(file.ToString(), values), TargetNames = names };
    }

    private static string?[] Names(FileInfo file)
    {
        using NpyFile array = NpyFile.Open(file);
        if (array.Shape.Count != 1 || array.Shape[0] > RowLabels.MaxRows)
            throw new LengthwiseException(ExitCode.Data, $"reading '{file}': expected one dimension with an entry a row");
        return array.IsText ? [.. array.ReadTexts().Select(t => t.Length == 0 ? null : t)] : RowLabels.Classes(file.ToString(), array.Read(0, (int)array.Shape[0]));
    }

    /// <summary><c>X_train.npy</c> goes with <c>y_train.npy</c> or <c>labels_train.npy</c>, anything else with <c>y.npy</c> or <c>labels.npy</c>.</summary>
    private static FileInfo? Beside(FileInfo file, params string[] names)
    {
        string stem = Path.GetFileNameWithoutExtension(file.Name);
        int cut = stem.IndexOfAny(['_', '-']);
        string rest = cut < 0 ? "" : stem[cut..];
        return names.SelectMany(n => new[] { $"{n}{rest}.npy", $"{n}.npy" })
            .Select(n => new FileInfo(Path.Combine(file.DirectoryName!, n)))
            .FirstOrDefault(f => f.Exists && f.FullName != file.FullName);
    }

    private static NpyFile Numbers(FileInfo file)
    {
        NpyFile array = NpyFile.Open(file);
        if (!array.IsText) return array;
        array.Dispose();
        throw new LengthwiseException(ExitCode.Data, $"reading '{file}': its elements are texts, expected numbers", "is this the file of labels?");
    }
}

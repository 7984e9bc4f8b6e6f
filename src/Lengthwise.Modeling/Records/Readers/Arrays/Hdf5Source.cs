using System.Globalization;
using PureHDF;

namespace Lengthwise.Modeling.Records.Readers.Arrays;

/// <summary>Opens HDF5 files: one dataset holds the sequences, others their labels, groups, ids and splits.</summary>
internal static class Hdf5Source
{
    private static readonly string[] ValueNames = ["x", "data", "values", "series", "signals", "signal"];
    private static readonly string[] LabelNames = ["y", .. ColumnFinder.LabelNames];

    /// <summary>Opens a file.</summary>
    /// <exception cref="LengthwiseException">It is missing or damaged, or its datasets leave a doubt.</exception>
    public static ArraySource Open(FileInfo file, ReadSettings settings)
    {
        using Hdf5File hdf5 = Hdf5File.Open(file);
        IReadOnlyList<Hdf5Dataset> datasets = hdf5.Datasets();
        var notes = new List<string> { $"datasets: {string.Join(", ", datasets.Take(12).Select(d => $"'{d.Path}' {string.Join(" x ", d.Shape.Select(s => s.ToString(CultureInfo.InvariantCulture)))}"))}" };
        var finder = new ColumnFinder(file.ToString(), [.. datasets.Select(d => d.Path)], hasNames: true);
        Hdf5Dataset values = ValuesOf(finder, datasets, settings, notes);
        string?[]? Names(string key, string stated, string[] known) => finder.Find(key, stated, known, notes) is >= 0 and var at ? NamesOf(file, hdf5, datasets[at]) : null;
        RowLabels labels = Labels(file, hdf5, finder, datasets, settings, notes) with
        {
            Groups = Names("group_column", settings.GroupColumn, [.. ColumnFinder.GroupNames, "groups", "subjects", "patients"]),
            Ids = Names("id_column", settings.IdColumn, [.. ColumnFinder.IdNames, "ids"]),
            Splits = Names("split_column", settings.SplitColumn, ColumnFinder.SplitNames),
        };
        return new ArraySource(file.ToString(), [file], () => new Hdf5Array(file, values), labels, settings, notes);
    }

    private static Hdf5Dataset ValuesOf(ColumnFinder finder, IReadOnlyList<Hdf5Dataset> datasets, ReadSettings settings, List<string> notes)
    {
        if (settings.ValueColumns.Count > 1) throw finder.Ambiguous("'value_columns' names several datasets", "set 'value_columns' in [task] to the one dataset of the sequences, [n, steps, channels]");
        int at = settings.ValueColumns.Count == 1
            ? finder.Named("value_columns", settings.ValueColumns[0].TrimStart('/'))
            : finder.Find("value_columns", ReadSettings.Auto, ValueNames, notes);
        if (at < 0)
        {
            int[] arrays = [.. Enumerable.Range(0, datasets.Count).Where(i => datasets[i].IsNumeric && datasets[i].Shape.Count >= 2)];
            if (arrays.Length != 1)
                throw finder.Ambiguous($"nothing tells which dataset holds the sequences ({string.Join(", ", finder.Shown())})", "set 'value_columns' in [task]");
            at = arrays[0];
            notes.Add($"values: '{datasets[at].Path}', the only array of numbers");
        }
        return datasets[at].IsNumeric
            ? datasets[at]
            : throw finder.Ambiguous($"the dataset '{datasets[at].Path}' holds {datasets[at].Kind}, expected numbers [n, steps] or [n, steps, channels]", "set 'value_columns' in [task]");
    }

    private static RowLabels Labels(FileInfo file, Hdf5File hdf5, ColumnFinder finder, IReadOnlyList<Hdf5Dataset> datasets, ReadSettings settings, List<string> notes)
    {
        if (settings.TargetColumns.Count > 0)
        {
            Hdf5Dataset[] stated = [.. settings.TargetColumns.Select(t => datasets[finder.Named("target_columns", t.TrimStart('/'))])];
            return Targets(file, hdf5, finder, stated, notes);
        }
        int at = finder.Find("label_column", settings.LabelColumn, LabelNames, notes);
        bool mayBeTarget = at < 0 && settings.LabelColumn == ReadSettings.Auto;
        if (mayBeTarget && finder.Find("target_columns", ReadSettings.Auto, ColumnFinder.TargetNames, notes) is >= 0 and var target) at = target;
        if (at < 0)
        {
            notes.Add("no dataset of labels or targets: the rows are unlabelled");
            return new RowLabels();
        }
        Hdf5Dataset found = datasets[at];
        bool isTargets = settings.LabelColumn == ReadSettings.Auto && found.IsNumeric && (found.Shape is [_, > 1] || RowLabels.AreTargets(All(hdf5, found)));
        return isTargets ? Targets(file, hdf5, finder, [found], notes) : new RowLabels { Labels = NamesOf(file, hdf5, found) };
    }

    private static RowLabels Targets(FileInfo file, Hdf5File hdf5, ColumnFinder finder, Hdf5Dataset[] datasets, List<string> notes)
    {
        if (Array.Find(datasets, d => !d.IsNumeric || d.Shape.Count > 2 || (datasets.Length > 1 && d.Shape is [_, > 1])) is { } other)
            throw finder.Ambiguous($"the dataset '{other.Path}' holds no column of numbers", "correct 'target_columns' in [task]");
        float[][] columns = [.. datasets.Select(d => RowLabels.AsTargets($"{file}:/{d.Path}", All(hdf5, d)))];
        notes.Add($"targets: {string.Join(", ", datasets.Select(d => $"'{d.Path}'"))}");
        if (datasets.Length == 1)
        {
            int width = datasets[0].Shape is [_, var w] ? (int)w : 1;
            string name = datasets[0].Path;
            return new RowLabels { Targets = columns[0], TargetNames = width == 1 ? [name] : [.. Enumerable.Range(0, width).Select(i => FormattableString.Invariant($"{name}[{i}]"))] };
        }
        int rows = columns.Min(c => c.Length);
        return new RowLabels { Targets = [.. Enumerable.Range(0, rows).SelectMany(r => columns.Select(c => c[r]))], TargetNames = [.. datasets.Select(d => d.Path)] };
    }

    private static string?[] NamesOf(FileInfo file, Hdf5File hdf5, Hdf5Dataset dataset)
    {
        if (dataset.IsNumeric) return RowLabels.Classes($"{file}:/{dataset.Path}", All(hdf5, dataset));
        if (dataset.Kind is not (H5DataTypeClass.String or H5DataTypeClass.VariableLength) || dataset.Shape.Count != 1 || dataset.Shape[0] > RowLabels.MaxRows)
            throw new LengthwiseException(ExitCode.Data, $"reading '{file}', dataset '{dataset.Path}': it holds {dataset.Kind}, expected a number or a text a row");
        return [.. hdf5.Texts(dataset.Path).Select(t => string.IsNullOrEmpty(t) ? null : t)];
    }

    private static double[] All(Hdf5File hdf5, Hdf5Dataset dataset)
    {
        long values = dataset.Shape.Aggregate(1L, (a, b) => a * Math.Min(b, int.MaxValue));
        if (dataset.Shape.Count is 0 or > 2 || values is <= 0 or > RowLabels.MaxRows)
            throw new LengthwiseException(ExitCode.Data, $"reading the dataset '{dataset.Path}': its shape is {string.Join(" x ", dataset.Shape)}, expected a label or some targets a row");
        return hdf5.Numbers(hdf5.Dataset(dataset.Path), dataset.Path, 0, dataset.Shape[0]);
    }
}

using System.Globalization;
using Lengthwise.Statistics;

namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>Which rows go where, which classes there are, and what a person should know about it.</summary>
internal sealed class RowDivision
{
    /// <summary>Index of a row in <see cref="Names"/> that belongs nowhere.</summary>
    public const int Nowhere = -1;

    private const int MostClasses = 10_000;
    private readonly IReadOnlyList<RowFacts> _rows;
    private readonly List<string> _notes = [];

    private RowDivision(IReadOnlyList<RowFacts> rows) => _rows = rows;

    /// <summary>Names of the splits, in the order of their numbers.</summary>
    public static IReadOnlyList<string> Names { get; } = ["train", "validation", "test", "unlabelled"];

    /// <summary>Number of the unlabelled split.</summary>
    public const int UnlabelledSplit = 3;

    /// <summary>Per row the number of its split, or <see cref="Nowhere"/>.</summary>
    public required int[] Splits { get; init; }

    /// <summary>Class names; empty when there are none.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Whether every row consists of levels.</summary>
    public bool HasLevels => _rows.All(r => r.IsLevels);

    /// <summary>Notes for a person.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Divides.</summary>
    /// <param name="rows">All rows, in the order of the source.</param>
    /// <param name="request">The plan and the classes.</param>
    /// <exception cref="LengthwiseException">A class occurs in no training row, an id occurs twice, or a split would be empty.</exception>
    public static RowDivision Of(IReadOnlyList<RowFacts> rows, ConversionRequest request)
    {
        if (rows.Count == 0)
            throw new LengthwiseException(ExitCode.Data, $"'{request.Source.Name}' has no rows", "check that this is the right file, and the settings that say how to read it");
        RequireDistinctIds(rows);
        var notes = new List<string>();
        bool hasLabels = rows.Any(r => r.IsLabelled);
        int[] divided = [.. Enumerable.Range(0, rows.Count).Where(row => rows[row].IsLabelled || !hasLabels)];
        SplitName[] assigned = SplitAssignment.Of([.. divided.Select(row => rows[row])], request.Split, notes);
        int[] splits = new int[rows.Count];
        Array.Fill(splits, Nowhere);
        for (int i = 0; i < divided.Length; i++) splits[divided[i]] = (int)assigned[i];

        var division = new RowDivision(rows) { Splits = splits, Classes = ClassesOf(rows, splits, request) };
        division._notes.AddRange(notes);
        if (hasLabels) division.PlaceUnlabelled(request.Split.KeepsGroups);
        return division;
    }

    /// <summary>Rows whose content stood in an earlier row, those in validation or test that stand in train too, and contents with different labels.</summary>
    public (int Repeated, int Across, int Contradicting) Duplicates()
    {
        int repeated = 0, across = 0, contradicting = 0;
        foreach (IGrouping<UInt128, int> same in Enumerable.Range(0, _rows.Count).Where(row => Splits[row] != Nowhere).GroupBy(row => _rows[row].Hash))
        {
            int[] rows = [.. same];
            if (rows.Length == 1) continue;
            repeated += rows.Length - 1;
            if (rows.Any(row => Splits[row] is 0 or UnlabelledSplit)) across += rows.Count(row => Splits[row] is 1 or 2);
            if (rows.Where(row => _rows[row].Label is not null).Select(row => _rows[row].Label).Distinct(StringComparer.Ordinal).Count() > 1) contradicting++;
        }
        return (repeated, across, contradicting);
    }

    /// <summary>Groups in all, and those that stand in more than one split.</summary>
    public (int All, int Across) Groups()
    {
        var splitsOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int row = 0; row < _rows.Count; row++)
            if (_rows[row].Group is { } group && Splits[row] != Nowhere)
                splitsOf[group] = splitsOf.GetValueOrDefault(group) | (1 << (Splits[row] == UnlabelledSplit ? 0 : Splits[row]));
        return (splitsOf.Count, splitsOf.Values.Count(s => int.PopCount(s) > 1));
    }

    /// <summary>Group of every row of a split, numbered as they come; a row without one is a group of its own. Null where no row of the source has one.</summary>
    public int[]? GroupsOf(int split) => _rows.All(r => r.Group is null)
        ? null
        : ItemGroups.Number(Enumerable.Range(0, _rows.Count).Where(row => Splits[row] == split)
            .Select(row => _rows[row].Group is { } group ? $"g{group}" : string.Create(CultureInfo.InvariantCulture, $"r{row}")));

    // Inputs of validation and test rows must not be pretrained on, nor those of their patients or speakers.
    private void PlaceUnlabelled(bool keepsGroups)
    {
        var heldOut = new HashSet<string>(StringComparer.Ordinal);
        for (int row = 0; row < _rows.Count; row++)
            if (Splits[row] is 1 or 2 && _rows[row].Group is { } group) heldOut.Add(group);
        int used = 0, held = 0;
        for (int row = 0; row < _rows.Count; row++)
        {
            if (Splits[row] != Nowhere) continue;
            bool isHeldOut = _rows[row].Split is SplitName.Validation or SplitName.Test || (keepsGroups && _rows[row].Group is { } group && heldOut.Contains(group));
            if (isHeldOut)
            {
                held++;
            }
            else
            {
                Splits[row] = UnlabelledSplit;
                used++;
            }
        }
        if (used > 0) _notes.Add(FormattableString.Invariant($"{used} unlabelled rows are used for pretraining"));
        if (held > 0) _notes.Add(FormattableString.Invariant($"{held} unlabelled rows of validation or test, or of their groups, are left out"));
    }

    private static IReadOnlyList<string> ClassesOf(IReadOnlyList<RowFacts> rows, int[] splits, ConversionRequest request)
    {
        if (request.Classes is { } known)
        {
            for (int row = 0; row < rows.Count; row++)
                if (rows[row].Label is { } label && !known.Contains(label, StringComparer.Ordinal))
                    throw new LengthwiseException(
                        ExitCode.Data, $"{rows[row].Where}: found class '{label}', expected one of {string.Join(", ", known.Take(20))}", "correct the label, or the settings that say where it stands");
            return known;
        }
        string[] classes = [.. rows.Where(r => r.Label is not null).Select(r => r.Label!).Distinct(StringComparer.Ordinal)];
        if (classes.Length == 0) return [];
        if (classes.Length == 1)
            throw new LengthwiseException(ExitCode.Data, $"all labelled rows have the class '{classes[0]}'; expected at least two classes", "check which column holds the label");
        if (classes.Length > MostClasses)
            throw new LengthwiseException(
                ExitCode.Data, $"{classes.Length} classes, at most {MostClasses} are sensible", "for a number to predict, name its column in 'target_columns' instead of 'label_column'");
        var trained = new HashSet<string>(StringComparer.Ordinal);
        for (int row = 0; row < rows.Count; row++)
            if (splits[row] == (int)SplitName.Train && rows[row].Label is { } label) trained.Add(label);
        string[] untrained = [.. classes.Where(c => !trained.Contains(c)).Order(StringComparer.Ordinal)];
        if (untrained.Length > 0)
            throw new LengthwiseException(
                ExitCode.Data,
                $"no training row has the class{(untrained.Length > 1 ? "es" : "")} {string.Join(", ", untrained.Take(10).Select(c => $"'{c}'"))}, which validation or test has",
                "give training rows of every class, or correct the labels");
        return [.. classes.All(c => long.TryParse(c, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            ? classes.OrderBy(c => long.Parse(c, CultureInfo.InvariantCulture)).ThenBy(c => c, StringComparer.Ordinal)
            : classes.Order(StringComparer.Ordinal)];
    }

    private static void RequireDistinctIds(IReadOnlyList<RowFacts> rows)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (RowFacts row in rows)
        {
            if (row.Id is null || first.TryAdd(row.Id, row.Where)) continue;
            throw new LengthwiseException(
                ExitCode.Data, $"{row.Where}: the id '{row.Id}' already stands at {first[row.Id]}", "give every row an id of its own, or name another 'id_column'");
        }
    }
}

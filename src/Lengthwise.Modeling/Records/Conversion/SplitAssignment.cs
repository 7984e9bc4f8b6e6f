namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>
/// Divides rows into splits: by the source's own words first, then by stratified draws that keep groups whole. A pure function of
/// the rows and the plan.
/// </summary>
internal static class SplitAssignment
{
    /// <summary>Split per row.</summary>
    /// <param name="rows">Rows that are divided: the labelled ones, or all where none is.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="notes">Takes what a person should know.</param>
    /// <exception cref="LengthwiseException">A split would be empty.</exception>
    public static SplitName[] Of(IReadOnlyList<RowFacts> rows, SplitPlan plan, ICollection<string> notes)
    {
        var splits = new SplitName[rows.Count];
        for (int row = 0; row < rows.Count; row++) splits[row] = rows[row].Split ?? SplitName.Train;
        bool hasTest = splits.Contains(SplitName.Test), hasValidation = splits.Contains(SplitName.Validation);

        if (plan.Folds > 0)
        {
            if (hasTest)
                throw new LengthwiseException(
                    ExitCode.Data, "the source names its own test rows, and 'folds' asks for others", "leave 'folds' out, or remove the source's division");
            TakeFold(rows, splits, plan);
            notes.Add($"tested on fold {plan.Fold + 1} of {plan.Folds}");
        }
        else if (!hasTest)
        {
            Take(rows, splits, SplitName.Test, plan.TestShare, plan, "split/test");
        }
        if (!hasValidation && !plan.SelectsOnTest)
        {
            double share = hasTest || plan.Folds > 0 ? plan.ValidationShare : plan.ValidationShare / (1 - plan.TestShare);
            Take(rows, splits, SplitName.Validation, share, plan, "split/validation");
        }
        foreach (SplitName needed in plan.SelectsOnTest ? [SplitName.Train, SplitName.Test] : Enum.GetValues<SplitName>())
            if (!splits.Contains(needed)) throw TooFew(rows, needed);
        return splits;
    }

    // All folds are dealt at once: those of other runs are disjoint from this one and cover the rest.
    private static void TakeFold(IReadOnlyList<RowFacts> rows, SplitName[] splits, SplitPlan plan)
    {
        int[] from = [.. Enumerable.Range(0, rows.Count).Where(row => splits[row] == SplitName.Train)];
        foreach (int row in Draw(rows, from, [.. Enumerable.Repeat(1.0 / plan.Folds, plan.Folds)], plan, "split/folds")[plan.Fold]) splits[row] = SplitName.Test;
    }

    private static void Take(IReadOnlyList<RowFacts> rows, SplitName[] splits, SplitName into, double share, SplitPlan plan, string purpose)
    {
        int[] from = [.. Enumerable.Range(0, rows.Count).Where(row => splits[row] == SplitName.Train)];
        foreach (int row in Draw(rows, from, [share, 1 - share], plan, purpose)[0]) splits[row] = into;
    }

    /// <summary>Deals rows into parts of the given shares, each class alike, whole groups at a time.</summary>
    private static List<int>[] Draw(IReadOnlyList<RowFacts> rows, int[] from, double[] shares, SplitPlan plan, string purpose)
    {
        int[][] groups = plan.KeepsGroups
            ? [.. from.GroupBy(row => rows[row].Group is { } group ? $"g{group}" : $"r{row}", StringComparer.Ordinal).Select(g => g.ToArray())]
            : [.. from.Select(row => new[] { row })];
        new RandomStream(plan.Seed, purpose).Shuffle<int[]>(groups);
        Dictionary<string, int> classes = Strata(rows, from);
        var wanted = new double[shares.Length, classes.Count];
        foreach (int row in from)
            for (int part = 0; part < shares.Length; part++) wanted[part, classes[Stratum(rows[row])]] += shares[part];

        // Large groups first: small ones can still mend what they leave uneven. Ties keep the shuffled order.
        var parts = new List<int>[shares.Length];
        for (int part = 0; part < parts.Length; part++) parts[part] = [];
        foreach (int[] group in groups.OrderByDescending(g => g.Length))
        {
            int best = Best(group, rows, classes, wanted, shares.Length);
            parts[best].AddRange(group);
            foreach (int row in group) wanted[best, classes[Stratum(rows[row])]]--;
        }
        return parts;
    }

    // The part that still lacks most of what the group brings, relative to nothing: rows are worth the same in every part.
    private static int Best(int[] group, IReadOnlyList<RowFacts> rows, Dictionary<string, int> classes, double[,] wanted, int parts)
    {
        int best = 0;
        double most = double.NegativeInfinity;
        for (int part = 0; part < parts; part++)
        {
            double lacking = 0;
            foreach (int row in group) lacking += wanted[part, classes[Stratum(rows[row])]];
            if (lacking > most + 1e-9) (best, most) = (part, lacking);
        }
        return best;
    }

    private static Dictionary<string, int> Strata(IReadOnlyList<RowFacts> rows, int[] from)
    {
        var classes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (int row in from) classes.TryAdd(Stratum(rows[row]), classes.Count);
        return classes;
    }

    private static string Stratum(RowFacts row) => row.Label ?? "";

    private static LengthwiseException TooFew(IReadOnlyList<RowFacts> rows, SplitName split) => new(
        ExitCode.Data,
        $"{rows.Count} rows in {rows.Select(r => r.Group ?? r.Where).Distinct().Count()} groups leave no row for the {split.ToString().ToLowerInvariant()} split",
        "give more rows or groups, or larger shares ('validation_share', 'test_share')");
}

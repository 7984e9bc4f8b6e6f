using Lengthwise.Modeling.Records.Encodings;

namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>Puts together what a person should know of converted data.</summary>
internal static class Summaries
{
    private static readonly double[] Quantiles = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];

    /// <summary>The summary.</summary>
    public static DataSummary Of(
        ConversionRequest request, FittedEncoding encoding, RowFacts[] rows, RowDivision division, SplitTally tally, long skipped, IReadOnlyList<string> faults)
    {
        (int repeated, int across, int contradicting) = division.Duplicates();
        (int groups, int groupsAcross) = division.Groups();
        int[] lengths = [.. rows.Select(r => r.Steps).Order()];
        long missing = rows.Sum(r => r.Missing);
        var summary = new DataSummary
        {
            Source = request.Source.Description,
            Splits = tally.Summaries(encoding.Classes.Count),
            Classes = encoding.Classes,
            Targets = [.. encoding.Targets.Select((t, k) => TargetOf(t.Name, rows, division, k))],
            Lengths = [.. Quantiles.Select(q => lengths[(int)Math.Round(q * (lengths.Length - 1))])],
            RowsCut = tally.RowsCut,
            MaxLength = encoding.MaxLength,
            UnknownSymbols = tally.UnknownSymbols,
            MissingValues = missing,
            Duplicates = repeated,
            DuplicatesAcrossSplits = across,
            ContradictingDuplicates = contradicting,
            Groups = groups,
            GroupsAcrossSplits = groupsAcross,
            Skipped = skipped,
            SkippedFirst = faults,
            Notes = [],
            Chance = Chance(request.Metric, encoding, rows, division),
        };
        return summary with { Notes = [.. request.Notes, .. division.Notes, .. NotesOf(summary)] };
    }

    private static IEnumerable<string> NotesOf(DataSummary data)
    {
        if (data.RowsCut > 0) yield return FormattableString.Invariant($"{data.RowsCut} sequences were cut to {data.MaxLength} steps; the longest has {data.Lengths[^1]}");
        if (data.UnknownSymbols > 0) yield return FormattableString.Invariant($"{data.UnknownSymbols} steps have a symbol that the training rows lack or have too rarely; it became <unk>");
        if (data.MissingValues > 0) yield return FormattableString.Invariant($"{data.MissingValues} values are missing and were filled");
        if (data.DuplicatesAcrossSplits > 0)
            yield return FormattableString.Invariant($"leak: {data.DuplicatesAcrossSplits} rows of validation or test stand in the training split too");
        if (data.ContradictingDuplicates > 0)
            yield return FormattableString.Invariant($"{data.ContradictingDuplicates} contents stand in the data with different labels");
        if (data.GroupsAcrossSplits > 0) yield return FormattableString.Invariant($"leak: {data.GroupsAcrossSplits} of {data.Groups} groups stand in more than one split");
        if (data.Skipped > 0)
            yield return FormattableString.Invariant($"{data.Skipped} bad rows were skipped; the first: {string.Join("; ", data.SkippedFirst.Take(1))}");
    }

    private static TargetSummary TargetOf(string name, RowFacts[] rows, RowDivision division, int target)
    {
        float[] values = [.. TargetScales.Training(rows, division, target)];
        return new TargetSummary(name, values.Min(), values.Average(), values.Max(), division.Splits.Count(s => s == (int)SplitName.Train) - values.Length);
    }

    // What a predictor scores that knows the training rows' classes or mean, and nothing of the input.
    private static double Chance(string metric, FittedEncoding encoding, RowFacts[] rows, RowDivision division)
    {
        if (encoding.Classes.Count > 0) return metric == "auroc" ? 0.5 : 1.0 / encoding.Classes.Count;
        if (encoding.Targets.Count == 0 || metric == "r2") return 0;
        double mean = TargetScales.Training(rows, division, 0).Average(v => (double)v);
        double[] errors = [.. Enumerable.Range(0, rows.Length)
            .Where(row => division.Splits[row] == (int)SplitName.Test && rows[row].Targets is { Length: > 0 } targets && float.IsFinite(targets[0]))
            .Select(row => rows[row].Targets![0] - mean)];
        if (errors.Length == 0) return 0;
        return metric == "mae" ? errors.Average(Math.Abs) : Math.Sqrt(errors.Average(e => e * e));
    }
}

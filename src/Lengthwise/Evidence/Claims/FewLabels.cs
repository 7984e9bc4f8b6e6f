using System.Globalization;
using Lengthwise.Reports;

namespace Lengthwise.Evidence.Claims;

/// <summary>The fewer labels, the larger the gain.</summary>
internal sealed class FewLabels : Claim
{
    private static readonly string[] Models = [MainGrid.Transformer, "s4d"];
    private static readonly double[] Fractions = [0.1, 0.3, 1];

    public override int Number => 4;

    public override string Title => "Gains grow as labels shrink";

    public override string Statement => "The slope of the gain of masked self-pretraining on the logarithm of the number of labels is below zero.";

    public override IReadOnlyList<string> Tasks { get; } = ["markov-sources"];

    public override IReadOnlyList<string> Settings =>
        [.. MainGrid.Settings(Models, Arms.Scratch, "masked"), $"compare.data_fractions=[{string.Join(',', Fractions.Select(f => f.ToString(CultureInfo.InvariantCulture)))}]"];

    public override IReadOnlyList<Judgement> Judge(ClaimCells cells) =>
        [.. from model in Models from task in Tasks select Judgement.Of($"slope per tenfold labels, {model}", task, Slope(cells, task, model)?.Estimate(), Margin.Below(0))];

    // Least squares by seed: the slope is a weighted sum of the gains, so seeds and items count in it as in every other difference.
    private static SeedScores? Slope(ClaimCells cells, string task, string model)
    {
        var points = new List<(double X, SeedScores Gain)>();
        foreach (double fraction in Fractions)
        {
            string labelled = fraction == 1 ? task : FormattableString.Invariant($"{task}-data{100 * fraction}");
            if (cells.Gain(labelled, model, "masked", Arms.Scratch) is not { } gain || cells.LabelledRows(labelled, model, "masked") is not { } rows || rows < 1) return null;
            points.Add((Math.Log10(rows), gain));
        }
        double mean = points.Average(p => p.X), spread = points.Sum(p => (p.X - mean) * (p.X - mean));
        return spread > 0 ? points.Select(p => p.Gain.Times((p.X - mean) / spread)).Aggregate((a, b) => a.Plus(b)) : null;
    }
}

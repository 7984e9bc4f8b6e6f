using System.Globalization;
using System.Text;

namespace Lengthwise.Evidence;

/// <summary>A claim, its verdict and the numbers behind it as Markdown.</summary>
public static class ClaimReport
{
    /// <summary>Renders one claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="judgements">Its answers.</param>
    /// <param name="cells">How many of its cells are there.</param>
    /// <param name="planned">How many there should be.</param>
    public static string Render(Claim claim, IReadOnlyList<Judgement> judgements, int cells, int planned)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## Claim {claim.Number}: {claim.Title}\n\n{claim.Statement}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"**{Words(claim.Conclude(judgements))}**, {cells} of {planned} cells; {EvidenceFolder.Count(judgements)}.\n\n");
        text.Append("| question | on | estimate | 95 % interval | has to be | verdict | more seeds |\n|---|---|---|---|---|---|---|\n");
        foreach (Judgement j in judgements)
            text.Append(CultureInfo.InvariantCulture, $"| {j.Part} | {j.Subject} | {Number(j.Estimate?.Mean, j.Scale)} | {Interval(j)} | {j.Margin.Text(j.Scale)} | {Words(j.Verdict).ToLowerInvariant()} | {j.MoreSeeds?.ToString(CultureInfo.InvariantCulture) ?? ""} |\n");
        text.Append("\nDifferences are in points of test accuracy, paired by seed; intervals count seeds and test items. ");
        text.Append("\"More seeds\" is how many beyond these would probably decide it, if the estimate is right.\n");
        foreach (string name in claim.AllowedUnfair)
            text.Append(CultureInfo.InvariantCulture, $"\nThe question brings along what the fairness check calls `{name}` (docs/fairness.md).\n");
        return text.ToString();
    }

    /// <summary>A verdict in words.</summary>
    public static string Words(Verdict verdict) => verdict switch
    {
        Verdict.Shown => "Shown",
        Verdict.NotShown => "Not shown",
        _ => "Underpowered",
    };

    private static string Interval(Judgement j) => j.Estimate is { Low: { } low, High: { } high }
        ? $"[{Number(low, j.Scale)}, {Number(high, j.Scale)}]"
        : j.Obstacle;

    private static string Number(double? value, double scale) =>
        value is { } v ? (v * scale).ToString(scale == 1 ? "0.00" : "0.0", CultureInfo.InvariantCulture) : "";
}

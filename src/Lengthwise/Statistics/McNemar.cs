using MathNet.Numerics.Distributions;

namespace Lengthwise.Statistics;

/// <summary>
/// Whether two models are right on the same share of items, from the items on which exactly one of them is right (McNemar, 1947).
/// </summary>
/// <remarks>
/// Without a difference each such item is as likely to favour the one as the other, so their counts b and c are binomial: the two-sided p value is
/// min(1, 2 P(X ≤ min(b, c))) with X ~ Binomial(b + c, 1/2). It is exact for any number of items, so no approximation is needed for many.
/// It is a statement about these two trained models, not about how they were trained: another seed is another model. Items must be independent; where they come in
/// groups the bootstrap over groups takes its place.
/// </remarks>
/// <param name="OnlyFirst">Items that only the first model gets right, b.</param>
/// <param name="OnlySecond">Items that only the second gets right, c.</param>
/// <param name="Items">Items in all.</param>
public sealed record McNemar(int OnlyFirst, int OnlySecond, int Items)
{
    /// <summary>Two-sided p value.</summary>
    public double PValue
    {
        get
        {
            int discordant = OnlyFirst + OnlySecond;
            return discordant == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, discordant, Math.Min(OnlyFirst, OnlySecond)));
        }
    }

    /// <summary>Difference of the accuracies, first less second.</summary>
    public double Difference => Items == 0 ? 0 : (OnlyFirst - OnlySecond) / (double)Items;

    /// <summary>Counts over the same items in the same order.</summary>
    /// <param name="first">Whether the first model is right on each.</param>
    /// <param name="second">Whether the second is.</param>
    public static McNemar Of(IReadOnlyList<bool> first, IReadOnlyList<bool> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count) throw new ArgumentException($"{first.Count} items cannot be paired with {second.Count}", nameof(second));
        int b = 0, c = 0;
        for (int i = 0; i < first.Count; i++)
        {
            if (first[i] && !second[i]) b++;
            else if (second[i] && !first[i]) c++;
        }
        return new McNemar(b, c, first.Count);
    }
}

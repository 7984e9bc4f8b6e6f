namespace Lengthwise.Reports.Diagnoses;

/// <summary>Arms that no other arm beats in cost and score at once.</summary>
internal static class ParetoFront
{
    /// <summary>These arms, cheapest first; arms without cost or score are left out.</summary>
    public static IReadOnlyList<Aggregate> Of(IEnumerable<Aggregate> arms, Func<Aggregate, double> cost, bool higherIsBetter)
    {
        int sign = higherIsBetter ? 1 : -1;
        double best = double.NegativeInfinity;
        var front = new List<Aggregate>();
        foreach (Aggregate arm in arms.Where(a => a.Test is not null && cost(a) > 0).OrderBy(cost).ThenByDescending(a => sign * a.Test!.Mean))
        {
            if (sign * arm.Test!.Mean <= best) continue;
            best = sign * arm.Test.Mean;
            front.Add(arm);
        }
        return front;
    }
}

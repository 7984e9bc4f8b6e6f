namespace Lengthwise.Statistics;

/// <summary>
/// Test items that come in groups (patients, speakers, documents) are not independent: a model that fails on one item of a group tends to fail on the others.
/// The groups are what another test set would have drawn anew, so they take the place of the items.
/// </summary>
/// <remarks>
/// With psi_i the influence of item i of n and S_g the sum over group g of G, a group's influence is G S_g / n: its mean is 0 again, and
///   sum_g (G S_g / n)² / (G (G - 1)) = G / (G - 1) · sum_g S_g² / n²
/// is the variance that is robust to any dependence within groups (Liang and Zeger, 1986; Cameron and Miller, 2015, section II), with the
/// factor for few groups. Groups of one item each give the formula for items back.
/// </remarks>
public static class ItemGroups
{
    /// <summary>Influence of every group; null where there are fewer than two groups, which say nothing about other groups.</summary>
    /// <param name="influence">Influence of every item.</param>
    /// <param name="groups">Group of every item: any number that is the same for the items of one group.</param>
    public static double[]? Influence(IReadOnlyList<double> influence, IReadOnlyList<int> groups)
    {
        ArgumentNullException.ThrowIfNull(influence);
        ArgumentNullException.ThrowIfNull(groups);
        if (influence.Count != groups.Count) throw new ArgumentException($"{influence.Count} items cannot have {groups.Count} groups", nameof(groups));
        var sums = new SortedDictionary<int, double>();
        for (int i = 0; i < groups.Count; i++) sums[groups[i]] = sums.GetValueOrDefault(groups[i]) + influence[i];
        return sums.Count < 2 ? null : [.. sums.Values.Select(sum => sum * sums.Count / influence.Count)];
    }

    /// <summary>Numbers names from 0, in the order of their first occurrence.</summary>
    public static int[] Number(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. names.Select(name => numbers.TryGetValue(name, out int known) ? known : numbers[name] = numbers.Count)];
    }
}

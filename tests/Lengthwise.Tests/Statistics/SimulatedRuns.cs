using MathNet.Numerics.Distributions;

namespace Lengthwise.Tests.Statistics;

/// <summary>Models that are right on an item with a probability of their own: 0.7 in the mean over seeds and items.</summary>
internal static class SimulatedRuns
{
    /// <summary>Scores and influences of every seed on the same items.</summary>
    /// <param name="random">The stream.</param>
    /// <param name="seeds">Seeds.</param>
    /// <param name="items">Items.</param>
    /// <param name="ofSeeds">Standard deviation of a seed's skill.</param>
    /// <param name="ofItems">How much easier or harder an item is for all seeds.</param>
    /// <param name="groupSize">Items that are equally hard.</param>
    public static (double[] Scores, double[][] Influences) Draw(RandomStream random, int seeds, int items, double ofSeeds, double ofItems, int groupSize = 1)
    {
        double[] ofGroups = [.. Enumerable.Range(0, (items + groupSize - 1) / groupSize).Select(_ => random.NextDouble() < 0.5 ? ofItems : -ofItems)];
        double[][] right = new double[seeds][];
        for (int s = 0; s < seeds; s++)
        {
            double skill = 0.7 + ofSeeds * Normal.InvCDF(0, 1, Math.Clamp(random.NextDouble(), 1e-9, 1 - 1e-9));
            right[s] = [.. Enumerable.Range(0, items).Select(i => random.NextDouble() < skill + ofGroups[i / groupSize] ? 1.0 : 0)];
        }
        double[] scores = [.. right.Select(r => r.Average())];
        return (scores, [.. right.Select((r, s) => r.Select(x => x - scores[s]).ToArray())]);
    }
}

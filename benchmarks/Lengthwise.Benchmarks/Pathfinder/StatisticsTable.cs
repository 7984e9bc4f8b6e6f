using System.Globalization;
using System.Text;
using Lengthwise.Modeling.Tasks.Pathfinder;

namespace Lengthwise.Benchmarks.Pathfinder;

/// <summary>The statistics of generated and published images beside each other, with the bounds of docs/pathfinder.md.</summary>
internal static class StatisticsTable
{
    private const int BalanceSize = 100_000;

    /// <summary>A Markdown table, and what missed its bound.</summary>
    public static string Render(PathfinderParameters parameters, LabelledImages published, int threads)
    {
        int side = parameters.Resolution;
        bool isSmall = published.Count < 100;
        double bound = isSmall ? 4 : 3.5;
        LabelledImages ours = LabelledImages.Generate(parameters, side == 32 ? 20_000 : 2_000, "statistics", threads);
        double[][] our = Statistics(ours, threads), their = Statistics(published, threads);
        double distanceBound = 1.95 * Math.Sqrt(1.0 / ours.Count + 1.0 / published.Count);

        var text = new StringBuilder();
        int missed = 0, compared = 0;
        Line($"{ours.Count:N0} of ours and {published.Count:N0} published images of {side} x {side}; mean over all images, over positives and over negatives. Bounds: {bound} standard errors, Kolmogorov-Smirnov distance {distanceBound:F3}.");
        Line($"");
        Line($"| statistic | ours | published | standard errors apart | distance |");
        Line($"|---|---:|---:|---:|---:|");
        for (int s = 0; s < ImageStatistics.Names.Count; s++)
        {
            double[][] a = [.. new[] { -1, 1, 0 }.Select(c => Values(our, ours, s, c))], b = [.. new[] { -1, 1, 0 }.Select(c => Values(their, published, s, c))];
            if (b[0].Length == 0) continue;
            double[] apart = [.. a.Zip(b, Apart)];
            double distance = Distance(a[0], b[0]);
            missed += apart.Count(z => Math.Abs(z) > bound) + (distance > distanceBound ? 1 : 0);
            compared += apart.Length + 1;
            Line($"| {ImageStatistics.Names[s]} | {Means(a)} | {Means(b)} | {string.Join(" / ", apart.Select(z => Text($"{z:F1}")))} | {distance:F3} |");
        }
        double sameInk = Apart(Values(our, ours, 0, 1), Values(our, ours, 0, 0)), sameArea = Apart(Values(our, ours, 3, 1), Values(our, ours, 3, 0));
        missed += (Math.Abs(sameInk) > 3.5 ? 1 : 0) + (Math.Abs(sameArea) > 3.5 ? 1 : 0);
        double balance = Balance(parameters, threads);
        missed += Math.Abs(balance - 0.5) > 0.005 ? 1 : 0;
        Line($"");
        Line($"Ours, positive against negative: mean pixel {sameInk:F1}, share of ink {sameArea:F1} standard errors apart (bound 3.5). Of {BalanceSize:N0} labels {balance:P2} are positive (bound 49.5 to 50.5 %).");
        Line($"{missed} of {compared + 3} comparisons miss their bound.");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(Text(line));
    }

    private static double[][] Statistics(LabelledImages images, int threads)
    {
        var rows = new double[images.Count][];
        Parallel.For(0, images.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => rows[i] = ImageStatistics.Of(images.Pixels[i], images.Resolution));
        return rows;
    }

    private static double[] Values(double[][] rows, LabelledImages images, int statistic, int label) =>
        [.. Enumerable.Range(0, rows.Length).Where(i => label < 0 || images.Labels[i] == label).Select(i => rows[i][statistic]).Where(double.IsFinite)];

    private static double Balance(PathfinderParameters parameters, int threads)
    {
        int positive = 0;
        var generator = new PathfinderGenerator(parameters with { ContourLength = 1, Distractors = 0 });
        Parallel.For(0, BalanceSize, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            Interlocked.Add(ref positive, generator.Draw(new RandomStream(1, "pathfinder/study/balance", i)).Label));
        return (double)positive / BalanceSize;
    }

    /// <summary>Difference of two means in standard errors of that difference.</summary>
    internal static double Apart(double[] a, double[] b)
    {
        double error = Math.Sqrt(Variance(a) / a.Length + Variance(b) / b.Length), difference = a.Average() - b.Average();
        return difference == 0 ? 0 : difference / error;
    }

    /// <summary>Largest difference of the two distribution functions (Kolmogorov-Smirnov).</summary>
    internal static double Distance(double[] a, double[] b)
    {
        Array.Sort(a);
        Array.Sort(b);
        double most = 0;
        int i = 0, j = 0;
        while (i < a.Length && j < b.Length)
        {
            double at = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= at) i++;
            while (j < b.Length && b[j] <= at) j++;
            most = Math.Max(most, Math.Abs((double)i / a.Length - (double)j / b.Length));
        }
        return most;
    }

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, values.Length - 1);
    }

    private static string Means(double[][] groups) => string.Join(" / ", groups.Select(g => Text($"{g.Average():G4}")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

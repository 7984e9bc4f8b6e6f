using System.Globalization;
using System.Text.Json.Serialization;
using Lengthwise.Recipes;

namespace Lengthwise.Experiments;

/// <summary>
/// How each arm of a comparison chooses what it is trained with: the same points for all arms, tried with a seed that is not compared, and the best on
/// validation. In several rounds, the worse half is left out after each and the rest gets twice the budget (successive halving).
/// </summary>
/// <param name="Points">What is tried, in an order that breaks ties.</param>
/// <param name="Rounds">1 for a grid at the whole budget.</param>
public sealed record Tuning(IReadOnlyList<TunedSettings> Points, int Rounds)
{
    private static readonly double[] PaperRates = [1e-3, 5e-4, 1e-4];
    private static readonly int[] PaperBatches = [8, 32, 128];

    /// <summary>Trials of an arm, over all rounds; none where there is nothing to choose.</summary>
    [JsonIgnore]
    public int TrialCount => Points.Count < 2 ? 0 : Enumerable.Range(0, Rounds).Sum(PointsIn);

    /// <summary>Learning rates at the whole budget.</summary>
    public static Tuning Grid(IEnumerable<double> rates) => new([.. rates.Select(lr => new TunedSettings(lr))], Rounds: 1);

    /// <summary>What a comparison's settings ask for.</summary>
    public static Tuning Of(ComparisonSettings compare) => compare.Search switch
    {
        SearchKind.Paper => new([.. from lr in PaperRates from batch in PaperBatches select new TunedSettings(lr, batch)], Rounds: 1),
        SearchKind.RandomHalving => new([.. Drawn(compare)], Rounds: Math.Max(1, (int)Math.Ceiling(Math.Log2(compare.Trials ?? 0)))),
        _ => Grid(compare.LrGrid),
    };

    /// <summary>Points of a round, counted from 0.</summary>
    public int PointsIn(int round)
    {
        int points = Points.Count;
        for (int i = 0; i < round; i++) points = (points + 1) / 2;
        return points;
    }

    /// <summary>Share of an arm's budget that a trial of a round has; the last round has all of it.</summary>
    public double ShareIn(int round) => Math.Pow(0.5, Rounds - 1 - round);

    /// <summary>Name of a trial, its folder's.</summary>
    public string NameOf(string arm, int round, TunedSettings point) =>
        Rounds == 1 ? $"{arm}-{point.Key}" : string.Create(CultureInfo.InvariantCulture, $"{arm}-round{round + 1}-{point.Key}");

    /// <summary>What is tried in a round: the better half of the round before; all of it where fewer gave a result.</summary>
    /// <param name="round">Counted from 0; every trial of the rounds before has ended.</param>
    /// <param name="result">The record of a trial, by round and point; null when it gave none.</param>
    public IReadOnlyList<TunedSettings> At(int round, Func<int, TunedSettings, RunRecord?> result) =>
        round == 0 ? Points : [.. Ranked(round - 1, result).Take(PointsIn(round))];

    /// <summary>The best point of the last round on validation; of equals the first. Null when none has a score, or nothing was tried.</summary>
    /// <param name="result">The record of a trial, by round and point; null when it gave none.</param>
    public TunedSettings? Choose(Func<int, TunedSettings, RunRecord?> result) => Points.Count < 2 ? null : Ranked(Rounds - 1, result).FirstOrDefault();

    private IEnumerable<TunedSettings> Ranked(int round, Func<int, TunedSettings, RunRecord?> result) =>
        from point in At(round, result)
        let record = result(round, point)
        where record?.Validation is { } validation && double.IsFinite(validation)
        orderby record.HigherIsBetter ? -record.Validation : record.Validation
        select point;

    // One stream for all arms: each is offered the same rates. Three digits are what a person would write.
    private static IEnumerable<TunedSettings> Drawn(ComparisonSettings compare)
    {
        var random = new RandomStream(compare.TuningSeed, "tuning");
        double low = Math.Log(compare.LrRange.Min()), high = Math.Log(compare.LrRange.Max());
        var drawn = new HashSet<double>();
        while (drawn.Count < (compare.Trials ?? 0))
        {
            double rate = Math.Exp(low + (high - low) * random.NextDouble());
            if (drawn.Add(double.Parse(rate.ToString("E2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))) yield return new TunedSettings(drawn.Last());
        }
    }
}

/// <summary>What tuning chooses.</summary>
/// <param name="Lr">Peak learning rate of both phases.</param>
/// <param name="BatchSize">Sequences in a batch of both phases; null keeps the recipe's.</param>
public sealed record TunedSettings(double Lr, int? BatchSize = null)
{
    /// <summary>How names of trials end.</summary>
    [JsonIgnore]
    public string Key => BatchSize is { } batch
        ? string.Create(CultureInfo.InvariantCulture, $"lr{Lr}-batch{batch}")
        : string.Create(CultureInfo.InvariantCulture, $"lr{Lr}");

    /// <summary>As a person reads it.</summary>
    public override string ToString() => BatchSize is { } batch
        ? string.Create(CultureInfo.InvariantCulture, $"learning rate {Lr}, batch {batch}")
        : string.Create(CultureInfo.InvariantCulture, $"learning rate {Lr}");

    /// <summary>Whether a run was trained with it.</summary>
    public bool IsOf(RunRecord record) => record.Lr == Lr && (BatchSize is not { } batch || record.BatchSize == batch);
}

using System.Globalization;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Sizing;

/// <summary>A model of about a wanted size.</summary>
/// <param name="Settings">Its settings.</param>
/// <param name="Parameters">Its trainable parameters.</param>
public sealed record SizedModel(ModelSettings Settings, long Parameters);

/// <summary>Finds the width at which a model has as many trainable parameters as another.</summary>
/// <remarks>
/// Parameters grow with <c>d_model</c>, so a bracket of two neighbouring widths that the settings admit (heads must divide them) is found by secants in the
/// logarithm, where the growth is nearly a power, and halving. Where neither is near enough, the inner width of the feed-forward is fitted at both: parameters are
/// linear in it. Depth, heads and states stay as they are.
/// </remarks>
public static class WidthSolver
{
    private const int Widest = 16_384, MostBuilds = 60;

    /// <summary>The admitted model nearest to the target.</summary>
    /// <param name="name">Name of the model, for the error.</param>
    /// <param name="settings">Where to begin; everything but its widths stays.</param>
    /// <param name="target">Wanted number of parameters.</param>
    /// <param name="tolerance">How far it may be off, relative to the target.</param>
    /// <param name="count">Trainable parameters of a model of such settings.</param>
    /// <exception cref="LengthwiseException">No width comes as near; the message names the nearest.</exception>
    public static SizedModel Solve(string name, ModelSettings settings, long target, double tolerance, Func<ModelSettings, long> count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target, 1);
        SizedModel Build(ModelSettings s) => new(s, count(s));
        SizedModel[] found = [.. Bracket(settings, target, Build)];
        SizedModel nearest = Nearest(found, target);
        if (!IsNear(nearest, target, tolerance))
        {
            found = [.. found, .. found.SelectMany(m => WithInnerWidth(m, target, Build))];
            nearest = Nearest(found, target);
        }
        if (IsNear(nearest, target, tolerance)) return nearest;
        IEnumerable<string> options = found.DistinctBy(m => m.Parameters).OrderBy(m => m.Parameters)
            .Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Parameters:n0} (d_model {m.Settings.DModel})"));
        throw new LengthwiseException(
            ExitCode.Usage,
            string.Create(CultureInfo.InvariantCulture, $"choosing the width of '{name}': no width gives {target:n0} parameters within {100 * tolerance:0.#} %; the nearest are {string.Join(" and ", options)}"),
            "choose another target, or another depth, number of heads or states in [model]");
    }

    /// <summary>The widest admitted model at or below the target and its wider neighbour; one of them where the other is not admitted.</summary>
    private static IEnumerable<SizedModel> Bracket(ModelSettings settings, long target, Func<ModelSettings, SizedModel> build)
    {
        int[] widths = [.. Enumerable.Range(1, Widest).Where(w => !(settings with { DModel = w }).Validate().Any())];
        if (widths.Length == 0) return [build(settings)];
        var built = new SortedDictionary<int, SizedModel>();
        SizedModel At(int index) => built.TryGetValue(index, out SizedModel? known) ? known : built[index] = build(settings with { DModel = widths[index] });

        int low = -1, high = widths.Length, at = Index(widths, settings.DModel);
        for (int i = 0; i < MostBuilds && high - low > 1; i++)
        {
            SizedModel here = At(at);
            if (here.Parameters <= target) low = at;
            else high = at;
            // Twice the parameters is about 1.4 times the width where weights are matrices; halving finishes what the guess leaves.
            int guess = Index(widths, (int)Math.Clamp(Math.Round(widths[at] * Math.Sqrt((double)target / Math.Max(1, here.Parameters))), 1, Widest));
            int middle = high == widths.Length ? Math.Max(low + 1, guess) : (low + high) / 2;
            at = guess > low && guess < high ? guess : Math.Clamp(middle, low + 1, Math.Max(low + 1, high - 1));
        }
        return [.. low >= 0 ? (SizedModel[])[At(low)] : [], .. high < widths.Length ? (SizedModel[])[At(high)] : []];
    }

    private static IEnumerable<SizedModel> WithInnerWidth(SizedModel model, long target, Func<ModelSettings, SizedModel> build)
    {
        if (model.Settings.WithInnerWidth(1) is not { } thin || model.Settings.WithInnerWidth(2) is not { } wider) yield break;
        long one = build(thin).Parameters, each = build(wider).Parameters - one;
        if (each <= 0) yield break;
        int width = (int)Math.Clamp(1 + Math.Round((double)(target - one) / each), 1, 1 << 20);
        if (model.Settings.WithInnerWidth(width) is { } fitted && !fitted.Validate().Any()) yield return build(fitted);
    }

    private static int Index(int[] widths, int width)
    {
        int found = Array.BinarySearch(widths, width);
        return found >= 0 ? found : Math.Clamp(~found, 0, widths.Length - 1);
    }

    private static SizedModel Nearest(IEnumerable<SizedModel> models, long target) => models.MinBy(m => Math.Abs(m.Parameters - target))!;

    private static bool IsNear(SizedModel model, long target, double tolerance) => Math.Abs(model.Parameters - target) <= tolerance * target;
}

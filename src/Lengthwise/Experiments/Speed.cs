using System.Text.Json;
using Lengthwise.Recipes;

namespace Lengthwise.Experiments;

/// <summary>How fast a model ran on a task in a few steps on this machine; what estimates are made from.</summary>
/// <param name="Task">Task.</param>
/// <param name="Model">Model.</param>
/// <param name="StepSeconds">Seconds of one training step.</param>
/// <param name="EvaluationSeconds">Seconds of one evaluation on the validation split.</param>
/// <param name="BatchesPerEpoch">Steps of one pass over the training split.</param>
/// <param name="PeakMemoryBytes">Largest resident memory of the measuring process.</param>
/// <param name="StepTokens">Valid positions of one training step.</param>
/// <param name="StepFlops">Floating-point operations of one training step.</param>
public sealed record Speed(
    string Task, string Model, double StepSeconds, double EvaluationSeconds, int BatchesPerEpoch, long PeakMemoryBytes, double StepTokens = 0, double StepFlops = 0)
{
    // In the first second or so the compiler is still at work beside the steps.
    private const double ProbeSeconds = 3, WarmShare = 0.5;
    private const double LongerThanAnyProbe = 1e6;

    /// <summary>A run of a few seconds from scratch that shows the speed of a recipe.</summary>
    public static Recipe Probe(Recipe recipe) => ArmRecipes.For(recipe, ObjectiveKind.Scratch, recipe.Run.Seed, lr: null, allCausal: false) with
    {
        Budget = new BudgetSettings { Unit = BudgetUnit.Seconds, Pretrain = 0, Finetune = ProbeSeconds, Evaluations = 1 },
        Run = recipe.Run with { LogSteps = 1, CheckpointSeconds = LongerThanAnyProbe },
    };

    /// <summary>The speed that a finished <see cref="Probe"/> shows; the first half of its time warms up and is not counted.</summary>
    public static Speed From(RunRecord record, IReadOnlyList<MetricLine> metrics)
    {
        MetricLine[] train = [.. metrics.Where(m => m.Split == "train" && m.Step > 0)];
        MetricLine last = train[^1];
        MetricLine? warm = train.SkipLast(1).LastOrDefault(m => m.Seconds <= WarmShare * last.Seconds) ?? train.SkipLast(1).LastOrDefault();
        double stepSeconds = (last.Seconds - (warm?.Seconds ?? 0)) / (last.Step - (warm?.Step ?? 0));
        return new Speed(
            record.Labelled().Task, record.Labelled().Model, stepSeconds, record.EvaluationSeconds,
            Math.Max(1, (int)Math.Round(last.Step / Math.Max(last.Epoch, 1e-9))), record.PeakMemoryBytes,
            (double)last.Tokens / last.Step, last.Flops / last.Step);
    }

    /// <summary>Steps of one phase.</summary>
    /// <param name="unit">Unit of the amount.</param>
    /// <param name="amount">Budget of the phase; 0 means that there is no such phase.</param>
    public long Steps(BudgetUnit unit, double amount) => amount <= 0 ? 0 : Math.Max(1, (long)Math.Round(unit switch
    {
        BudgetUnit.Epochs => amount * BatchesPerEpoch,
        BudgetUnit.Seconds => amount / Math.Max(StepSeconds, 1e-6),
        BudgetUnit.Tokens => amount / Math.Max(StepTokens, 1),
        BudgetUnit.Flops => amount / Math.Max(StepFlops, 1),
        _ => amount,
    }));

    /// <summary>Estimated seconds of a run, evaluations and start included.</summary>
    public double SecondsOf(Recipe recipe) => SecondsOf(recipe.Budget, recipe.Objective.Name.Pretrains());

    /// <summary>Estimated seconds of a run of this budget.</summary>
    /// <param name="budget">Budget of both phases.</param>
    /// <param name="pretrains">Whether they are run one after the other, or the labels get both.</param>
    public double SecondsOf(BudgetSettings budget, bool pretrains)
    {
        const double startSeconds = 2;
        int phases = pretrains ? 2 : 1;
        long steps = Steps(budget.Unit, budget.Pretrain) + Steps(budget.Unit, budget.Finetune);
        return startSeconds + steps * StepSeconds + phases * budget.Evaluations * EvaluationSeconds;
    }
}

/// <summary>Measured speeds, kept in a comparison's folder so that starting again does not measure again.</summary>
public static class SpeedFile
{
    /// <summary>Reads the speeds; none when the file is missing or damaged, since they can be measured again.</summary>
    public static IReadOnlyList<Speed> Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Speed[]>(File.ReadAllBytes(path), RecordJson.Document) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Writes the speeds.</summary>
    public static void Write(string path, IEnumerable<Speed> speeds) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(speeds.OrderBy(s => s.Task, StringComparer.Ordinal).ThenBy(s => s.Model, StringComparer.Ordinal), RecordJson.Document) + "\n");
}

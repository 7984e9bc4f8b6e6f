using System.Diagnostics;
using Lengthwise.Cli.Comparing;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;
using Lengthwise.Reports.DataSheets;

namespace Lengthwise.Cli.Checking;

/// <summary>
/// Measures what training each model costs on some data: two steps after a first one, in a process of its own that is ended as soon as they are
/// done, or when it takes too much.
/// </summary>
/// <param name="terminal">Where progress is said.</param>
/// <param name="cache">Prepared data; trials lie below it while they run.</param>
/// <param name="limits">What a trial may take.</param>
internal sealed class CostMeter(Terminal terminal, DirectoryInfo cache, CostLimits limits)
{
    private const int Steps = 3;
    private const double LongerThanAnyTrial = 1e6;

    // Short enough that memory cannot grow far beyond its limit between two looks.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Costs of training; after an interruption, those that were measured until then.</summary>
    /// <param name="recipes">One recipe a model.</param>
    /// <param name="stop">Ends the measurement.</param>
    public async Task<IReadOnlyList<DataSheetCost>> MeasureAsync(IReadOnlyList<Recipe> recipes, CancellationToken stop)
    {
        var costs = new List<DataSheetCost>();
        var progress = new PreparationProgressLine(terminal);
        for (int i = 0; i < recipes.Count && !stop.IsCancellationRequested; i++)
        {
            progress.Report(new PreparationProgress($"measuring what {recipes[i].ModelName} costs (--no-cost leaves this out)", i, recipes.Count));
            if (await MeasureAsync(recipes[i], stop) is { } cost) costs.Add(cost);
        }
        return costs;
    }

    private async Task<DataSheetCost?> MeasureAsync(Recipe recipe, CancellationToken stop)
    {
        var folder = new RunFolder(new DirectoryInfo(Path.Combine(cache.FullName, FormattableString.Invariant($".cost-{Environment.ProcessId}-{recipe.ModelName}"))));
        try
        {
            AtomicFile.WriteText(folder.RecipePath, RecipeWriter.ToToml(Trial(recipe), []));
            using CellProcess process = CellProcess.Start(folder, cache, readTest: false, _ => { });
            return await WatchAsync(recipe.ModelName, folder, process, stop);
        }
        finally
        {
            if (folder.Directory.Exists) folder.Directory.Delete(recursive: true);
        }
    }

    private async Task<DataSheetCost?> WatchAsync(string model, RunFolder folder, CellProcess process, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        Task<CellExit> end = process.WaitAsync();
        long peak = 0;
        DataSheetCost? cost = null;
        while (cost is null && !stop.IsCancellationRequested && await Task.WhenAny(end, Task.Delay(Pause, CancellationToken.None)) != end)
        {
            peak = Math.Max(peak, process.PeakMemoryBytes);
            cost = Found(model, folder, peak)
                ?? (peak > limits.Bytes ? DataSheetCost.Failed(model, $"more than {Amount.Bytes(limits.Bytes)}") : null)
                ?? (clock.Elapsed > limits.Time ? DataSheetCost.Failed(model, $"more than {Amount.Time(limits.Time)} for {Steps} steps") : null);
        }
        if (!end.IsCompleted) process.Kill();
        CellExit exit = await end;
        if (stop.IsCancellationRequested) return null;
        return cost ?? Found(model, folder, peak) ?? DataSheetCost.Failed(model, exit.Message);
    }

    // The first step warms up and is not counted.
    private static DataSheetCost? Found(string model, RunFolder folder, long peak)
    {
        MetricLine[] steps = [.. MetricsFile.Read(folder.MetricsPath).Where(m => m.Split == "train" && m.Step > 0)];
        if (steps.Length < Steps || steps[^1].Epoch <= 0) return null;
        double seconds = (steps[^1].Seconds - steps[0].Seconds) / (steps[^1].Step - steps[0].Step);
        return new DataSheetCost(model, seconds * steps[^1].Step / steps[^1].Epoch, peak);
    }

    private static Recipe Trial(Recipe recipe) => ArmRecipes.For(recipe, ObjectiveKind.Scratch, recipe.Run.Seed, lr: null, allCausal: false) with
    {
        Budget = new BudgetSettings { Unit = BudgetUnit.Steps, Pretrain = 0, Finetune = Steps, Evaluations = 1 },
        Run = recipe.Run with { LogSteps = 1, CheckpointSeconds = LongerThanAnyTrial },
    };
}

using Lengthwise.Cli.Comparing;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Reports.DataSheets;

namespace Lengthwise.Cli.Checking;

/// <summary>Measures what training each model costs on some data, one after another, in processes that may not take the machine down.</summary>
/// <param name="terminal">Where progress is said.</param>
/// <param name="limits">What a trial may take.</param>
internal sealed class CostMeter(Terminal terminal, CellLimits limits)
{
    /// <summary>Costs as they come; after an interruption, those that were measured.</summary>
    /// <param name="models">Models.</param>
    /// <param name="comparison">The comparison of one of them.</param>
    /// <param name="stop">Ends the measurement.</param>
    public async Task<IReadOnlyList<DataSheetCost>> MeasureAsync(IReadOnlyList<string> models, Func<string, ComparisonRequest> comparison, CancellationToken stop)
    {
        var costs = new List<DataSheetCost>();
        var progress = new PreparationProgressLine(terminal);
        for (int i = 0; i < models.Count && !stop.IsCancellationRequested; i++)
        {
            progress.Report(new PreparationProgress($"measuring the cost of {models[i]} (--no-cost leaves this out)", i, models.Count));
            try
            {
                costs.Add(await MeasureAsync(models[i], comparison(models[i]), stop));
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        return costs;
    }

    private async Task<DataSheetCost> MeasureAsync(string model, ComparisonRequest comparison, CancellationToken stop)
    {
        try
        {
            var speeds = await new SpeedMeter(comparison, limits).MeasureAsync(keep: false, stop);
            return speeds.Values.FirstOrDefault(s => s.Model == model) is { } speed
                ? new DataSheetCost(model, speed.StepSeconds * speed.BatchesPerEpoch, speed.PeakMemoryBytes)
                : DataSheetCost.Failed(model, "crashed in its first steps");
        }
        catch (LengthwiseException e)
        {
            return DataSheetCost.Failed(model, e.Message);
        }
    }
}

using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Diagnoses;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Diagnoses;

namespace Lengthwise.Cli.Diagnosing;

/// <summary>Measures the reach of a run, or of every finished cell of a comparison.</summary>
/// <param name="terminal">Hears of progress.</param>
/// <param name="cache">Prepared data.</param>
internal sealed class ReachSurvey(Terminal terminal, DirectoryInfo cache)
{
    /// <summary>Measures.</summary>
    /// <param name="folder">Run or comparison.</param>
    /// <param name="rows">Rows of the validation split.</param>
    /// <param name="within">Steps that count as near.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="LengthwiseException">There is no such run, or none that has a profile.</exception>
    public ReachDocument Measure(DirectoryInfo folder, int rows, int within, CancellationToken cancellation)
    {
        using var measurement = new ReachMeasurement(cache, rows, new PreparationProgressLine(terminal));
        var comparison = new ComparisonFolder(folder);
        if (!comparison.Exists) return Document(folder.Name, [measurement.Measure(new RunFolder(folder), cancellation)], [], within);

        List<RunReach> measured = [];
        List<RunWithoutReach> without = [];
        RunFolder[] cells = [.. CellsOf(comparison)];
        for (int i = 0; i < cells.Length; i++)
        {
            terminal.Note($"{Amount.Count(i + 1)} of {Amount.Count(cells.Length)}: {cells[i].Name}");
            try
            {
                measured.Add(measurement.Measure(cells[i], cancellation));
            }
            catch (LengthwiseException reason)
            {
                terminal.Note($"  {reason.Message}");
                without.Add(new RunWithoutReach(cells[i].Name, reason.Message));
            }
        }
        if (measured.Count == 0)
            throw new LengthwiseException(
                ExitCode.Usage, $"measuring how far layers look in '{folder}': none of its {Amount.Count(cells.Length)} cells could be measured"
                    + string.Concat(without.Select(w => w.Reason).Distinct().Take(3).Select(r => $"\n  {r}")), "docs/diagnoses.md lists the models that have such a profile");
        return Document(folder.Name, measured, without, within);
    }

    private static ReachDocument Document(string title, IReadOnlyList<RunReach> runs, IReadOnlyList<RunWithoutReach> without, int within) =>
        new() { Title = title, Within = within, Runs = runs, Without = without, Summary = ReachSummary.Of(runs, within) };

    private static IEnumerable<RunFolder> CellsOf(ComparisonFolder comparison) =>
        from arm in StoredPlan.Read(comparison.PlanPath).Arms
        from seed in arm.Seeds
        select comparison.Cell(FormattableString.Invariant($"{arm.Name}-seed{seed}"));
}

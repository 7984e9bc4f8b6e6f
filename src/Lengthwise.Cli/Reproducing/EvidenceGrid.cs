using Lengthwise.Evidence;
using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Reproducing;

/// <summary>
/// The cells of a claim between two places: a working folder, where runs leave checkpoints and weights and which may be thrown away, and the
/// evidence, one small file a finished run, which is kept.
/// </summary>
/// <param name="plan">What the claim runs.</param>
/// <param name="work">Where it runs.</param>
/// <param name="evidence">Finished cells.</param>
internal sealed class EvidenceGrid(ComparisonPlan plan, ComparisonFolder work, EvidenceFolder evidence)
{
    private readonly EvidenceFolder _tuning = new(new DirectoryInfo(Path.Combine(evidence.Directory.FullName, "tuning")));

    /// <summary>Cells of the claim.</summary>
    public int Planned => plan.CellCount;

    /// <summary>Finished cells that belong to this plan, as the trials chose their learning rates.</summary>
    public IReadOnlyList<EvidenceCell> Cells => [..
        from arm in plan.Arms
        from run in CellsOf(arm)
        let cell = Stored(run)
        where cell is not null
        select cell];

    /// <summary>Puts the records of stored runs where the runner looks for finished ones, so that it runs only what is missing.</summary>
    /// <param name="withReach">Whether cells are wanted whose attention was measured: it cannot be measured of a record alone, so others are run again.</param>
    /// <returns>How many.</returns>
    public int Restore(bool withReach)
    {
        int restored = 0;
        foreach (ArmPlan arm in plan.Arms)
        {
            foreach (PlannedRun run in (IEnumerable<PlannedRun>)[.. arm.Trials, .. CellsOf(arm)])
            {
                RunFolder folder = run.FolderIn(work);
                if (folder.IsFinished || Stored(run) is not { } cell) continue;
                if (withReach && !run.IsTrial && arm.Objective.Pretrains() && cell.Near is null) continue;
                RunRecordFile.Write(folder.ResultPath, cell.Record);
                restored++;
            }
        }
        return restored;
    }

    /// <summary>Stores a run that has just finished.</summary>
    public void Keep(PlannedRun run)
    {
        RunFolder folder = run.FolderIn(work);
        if (folder.IsFinished) FolderOf(run).Add(EvidenceCell.Of(folder, Text(run)));
    }

    /// <summary>Cells whose attention was not measured yet.</summary>
    public IEnumerable<(EvidenceCell Cell, RunFolder Run)> WithoutReach() =>
        from arm in plan.Arms
        where arm.Objective.Pretrains()
        from run in CellsOf(arm)
        let cell = Stored(run)
        where cell is { Near: null }
        select (cell, run.FolderIn(work));

    /// <summary>Stores a cell again, with more in it.</summary>
    public void Update(EvidenceCell cell) => evidence.Add(cell);

    // Without all of its trials an arm has no learning rate, and so no cells yet.
    private IEnumerable<PlannedRun> CellsOf(ArmPlan arm)
    {
        RunRecord[] trials = [.. arm.Trials.Select(Stored).OfType<EvidenceCell>().Select(c => c.Record)];
        return trials.Length < arm.Trials.Count ? [] : arm.Cells(arm.Choose(trials));
    }

    private EvidenceCell? Stored(PlannedRun run) => FolderOf(run).Find(run.Name, Text(run));

    private EvidenceFolder FolderOf(PlannedRun run) => run.IsTrial ? _tuning : evidence;

    private static string Text(PlannedRun run) => RecipeWriter.ToToml(run.Recipe, []);
}

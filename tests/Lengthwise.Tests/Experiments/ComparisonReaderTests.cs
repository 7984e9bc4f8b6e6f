using Lengthwise.Experiments;
using Lengthwise.Reports;

namespace Lengthwise.Tests.Experiments;

public sealed class ComparisonReaderTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("lengthwise-reader-");

    private ComparisonFolder Folder => new(_root);

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Finished_cells_are_read_and_the_others_named_with_their_reason()
    {
        ArmPlan arm = Store(PlanExample.Plan(models: ["attention"]));
        Finish(Folder.Cell(arm.CellName(1)), seed: 1);
        Folder.Cell(arm.CellName(2)).Directory.Create();
        ComparisonFolder.RecordFailure(Folder.Cell(arm.CellName(2)), "ended by signal 9");

        ComparisonData data = ComparisonReader.Read(Folder);

        Assert.Equal([1], data.Cells.Select(c => c.Seed));
        Assert.Equal("ended by signal 9", data.Failures.Single(f => f is { Objective: "scratch-matched", Seed: 2 }).Reason);
        Assert.Equal("not finished yet", data.Failures.Single(f => f is { Objective: "scratch-matched", Seed: 3 }).Reason);
        Assert.Single(data.Curves[arm.CellName(1)]);
    }

    [Fact]
    public void Trials_are_kept_apart_from_cells()
    {
        ArmPlan arm = Store(PlanExample.Plan(models: ["attention"]));
        Finish(Folder.Trial(arm.Trials[0].Name), seed: 9001);

        ComparisonData data = ComparisonReader.Read(Folder);

        Assert.Empty(data.Cells);
        Assert.Equal([arm.Trials[0].Name], data.Trials.Select(t => t.Run));
    }

    [Fact]
    public void Only_the_cells_that_are_asked_for_are_read()
    {
        ArmPlan arm = Store(PlanExample.Plan());
        Finish(Folder.Cell(arm.CellName(1)), seed: 1);
        Finish(Folder.Cell(arm.CellName(2)), seed: 2);

        ComparisonData data = ComparisonReader.Read(Folder, new HashSet<string> { arm.CellName(2) });

        Assert.Equal([2], data.Cells.Select(c => c.Seed));
        Assert.Empty(data.Failures);
    }

    [Fact]
    public void A_folder_of_runs_is_read_without_a_plan()
    {
        Finish(new RunFolder(_root.CreateSubdirectory("a")), seed: 1);
        Finish(new RunFolder(_root.CreateSubdirectory("b")), seed: 2);
        _root.CreateSubdirectory("unfinished");

        ComparisonData data = ComparisonReader.Read([_root]);

        Assert.Equal([1, 2], data.Cells.Select(c => c.Seed));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("missing")]
    public void Folders_without_runs_are_missing_data(string name)
    {
        _root.CreateSubdirectory("empty");

        var failure = Assert.Throws<LengthwiseException>(() => ComparisonReader.Read([new DirectoryInfo(Path.Combine(_root.FullName, name))]));

        Assert.Equal(ExitCode.Data, failure.Code);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_runs_below_a_comparisons_tuning_folder_are_trials()
    {
        ArmPlan arm = Store(PlanExample.Plan());

        Assert.True(ComparisonFolder.IsTrial(Folder.Trial(arm.Trials[0].Name)));
        Assert.False(ComparisonFolder.IsTrial(Folder.Cell(arm.CellName(1))));
        Assert.False(ComparisonFolder.IsTrial(new RunFolder(new DirectoryInfo(Path.Combine(_root.FullName, "elsewhere", "tuning", "run")))));
    }

    [Fact]
    public void A_failure_is_forgotten_when_the_run_is_tried_again()
    {
        RunFolder run = Folder.Cell("a");
        ComparisonFolder.RecordFailure(run, "reason");

        ComparisonFolder.ForgetFailure(run);

        Assert.Null(ComparisonFolder.FailureOf(run));
    }

    private ArmPlan Store(ComparisonPlan plan)
    {
        PlanExample.Stored(plan).Write(Folder.PlanPath);
        return plan.Arms[0];
    }

    private static void Finish(RunFolder run, long seed)
    {
        RunRecordFile.Write(run.ResultPath, PlanExample.Record(1e-3, 0.5) with { Seed = seed, Test = 0.5 });
        File.WriteAllText(run.MetricsPath, MetricsFile.Format(new MetricLine { Phase = "finetune", Split = "train", Step = 1, Loss = 1 }) + "\n");
    }
}

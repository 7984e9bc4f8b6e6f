using Lengthwise.Experiments;
using Lengthwise.Recipes;
using Lengthwise.Web.Tracking;

namespace Lengthwise.Web.Tests.Tracking;

public sealed class ComparisonTrackerTests
{
    [Fact]
    public void Every_standing_is_read_from_the_files_alone()
    {
        using var made = new MadeUpComparison(seeds: 5, arms: 1);
        made.Finish(0, 1);
        ComparisonFolder.RecordFailure(made.Begin(0, 2, 0), "out of memory");
        RunFolder running = made.Begin(0, 3, 30);
        made.Begin(0, 4, 20);
        using FolderLock held = FolderLock.Take(running.LockPath, "the run", TimeSpan.Zero, TestContext.Current.CancellationToken);

        WatchedComparison seen = new ComparisonTracker(made.Folder).Refresh(wantsCurves: true);

        Assert.Equal([Standing.Finished, Standing.Failed, Standing.Running, Standing.Paused, Standing.Queued], seen.Arms[0].Cells.Select(c => c.Standing));
        Assert.Equal("out of memory", seen.Arms[0].Cells[1].Reason);
        Assert.Equal("finetune", seen.Arms[0].Cells[2].Phase);
    }

    [Fact]
    public void Progress_is_the_share_of_both_budgets()
    {
        using var made = new MadeUpComparison(seeds: 1, arms: 1);
        made.Begin(0, 1, 30);

        WatchedRun run = new ComparisonTracker(made.Folder).Refresh(wantsCurves: true).Arms[0].Cells[0];

        Assert.Equal((40 + 30) / 100.0, run.Share!.Value, 6);
        Assert.Equal((30, 60), (run.Step, run.TotalSteps));
    }

    [Fact]
    public void The_process_that_holds_the_lock_is_seen_and_its_end_too()
    {
        using var made = new MadeUpComparison();
        var tracker = new ComparisonTracker(made.Folder);

        FolderLock held = FolderLock.Take(made.Folder.LockPath, "the comparison", TimeSpan.Zero, TestContext.Current.CancellationToken);
        Presence during = tracker.Refresh(wantsCurves: false).Presence;
        held.Dispose();
        // What a killed process leaves behind.
        File.WriteAllText(Path.ChangeExtension(made.Folder.LockPath, ".pid"), "4711");
        Presence after = tracker.Refresh(wantsCurves: false).Presence;

        Assert.Equal(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), during.Process);
        Assert.Null(after.Process);
    }

    [Fact]
    public void A_second_look_at_500_cells_reads_only_what_was_appended_and_keeps_what_did_not_change()
    {
        using var made = new MadeUpComparison(seeds: 50, arms: 10);
        for (int arm = 0; arm < 10; arm++)
            for (long seed = 1; seed <= 49; seed++) made.Finish(arm, seed);
        RunFolder under = made.Begin(3, 50, 20);
        var tracker = new ComparisonTracker(made.Folder);
        WatchedComparison first = tracker.Refresh(wantsCurves: true);
        long before = tracker.BytesRead, length = new FileInfo(under.MetricsPath).Length;

        MadeUpComparison.Append(under, "finetune", 10, 40, first: 20);
        WatchedComparison second = tracker.Refresh(wantsCurves: true);

        Assert.Equal(new FileInfo(under.MetricsPath).Length - length, tracker.BytesRead - before);
        Assert.Equal(490, second.Count(Standing.Finished));
        Assert.Equal(499, first.Runs.Zip(second.Runs).Count(pair => ReferenceEquals(pair.First, pair.Second)));
    }

    [Fact]
    public void A_look_that_finds_nothing_new_returns_the_same_object()
    {
        using var made = new MadeUpComparison();
        made.Finish(0, 1);
        made.Begin(1, 1, 30);
        var tracker = new ComparisonTracker(made.Folder);

        WatchedComparison first = tracker.Refresh(wantsCurves: true), second = tracker.Refresh(wantsCurves: true);
        made.Finish(0, 2);
        WatchedComparison third = tracker.Refresh(wantsCurves: true);

        Assert.Same(first, second);
        Assert.NotSame(second, third);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"arms\":[null]}")]
    [InlineData("{\"arms\":[{\"name\":\"../../escape\",\"task\":\"a\",\"model\":\"b\",\"objective\":\"scratch\",\"seeds\":[1],\"recipe\":\"\"}]}")]
    [InlineData("{\"arms\":[{\"name\":\"a\",\"task\":\"a\",\"model\":\"b\",\"objective\":\"scratch\",\"seeds\":[1],\"recipe\":\"[budget\\u0000 = = [[\"}]}")]
    public void A_damaged_plan_is_no_crash(string plan)
    {
        using var made = new MadeUpComparison();
        File.WriteAllText(made.Folder.PlanPath, plan);

        WatchedComparison seen = new ComparisonTracker(made.Folder).Refresh(wantsCurves: true);

        Assert.True(seen.Problem.Length > 0 || seen.Runs.Count() <= 1);
    }

    [Fact]
    public void A_plan_that_becomes_unreadable_leaves_what_was_known()
    {
        using var made = new MadeUpComparison();
        var tracker = new ComparisonTracker(made.Folder);
        tracker.Refresh(wantsCurves: false);

        File.WriteAllText(made.Folder.PlanPath, "{ half");
        WatchedComparison seen = tracker.Refresh(wantsCurves: false);

        Assert.NotEmpty(seen.Problem);
        Assert.Equal(4, seen.Runs.Count());
    }

    [Fact]
    public void A_half_written_result_is_a_failure_with_a_reason_until_it_is_whole()
    {
        using var made = new MadeUpComparison(seeds: 1, arms: 1);
        RunFolder run = made.Finish(0, 1);
        string whole = File.ReadAllText(run.ResultPath);
        var tracker = new ComparisonTracker(made.Folder);

        File.WriteAllText(run.ResultPath, whole[..100]);
        WatchedRun half = tracker.Refresh(wantsCurves: true).Arms[0].Cells[0];
        File.WriteAllText(run.ResultPath, whole);
        WatchedRun full = tracker.Refresh(wantsCurves: true).Arms[0].Cells[0];

        Assert.Equal(Standing.Failed, half.Standing);
        Assert.Contains("result.json", half.Reason, StringComparison.Ordinal);
        Assert.Equal(Standing.Finished, full.Standing);
    }

    [Fact]
    public void A_resumed_run_that_goes_back_to_its_checkpoint_goes_back_here_too()
    {
        using var made = new MadeUpComparison(seeds: 1, arms: 1);
        RunFolder run = made.Begin(0, 1, 60);
        var tracker = new ComparisonTracker(made.Folder);
        tracker.Refresh(wantsCurves: true);

        string[] lines = File.ReadAllLines(run.MetricsPath);
        File.WriteAllLines(run.MetricsPath, lines[..12]);
        WatchedRun back = tracker.Refresh(wantsCurves: true).Arms[0].Cells[0];

        Assert.Equal(20, back.Step);
        Assert.Equal(12, back.Points.Count);
    }

    [Fact]
    public void The_pace_of_finished_runs_says_how_long_the_others_take()
    {
        using var made = new MadeUpComparison(seeds: 4, arms: 1);
        made.Finish(0, 1, seconds: 20);
        made.Finish(0, 2, seconds: 40);

        TimeLeft left = new ComparisonTracker(made.Folder).Refresh(wantsCurves: false).TimeLeft;

        Assert.Equal(60, left.WorkSeconds);
    }

    [Fact]
    public void Before_a_run_is_finished_measured_speed_says_how_long_they_take()
    {
        using var made = new MadeUpComparison(seeds: 2, arms: 1);
        var tracker = new ComparisonTracker(made.Folder);
        TimeLeft unknown = tracker.Refresh(wantsCurves: false).TimeLeft;

        var speed = new Speed("sorting", "model0", StepSeconds: 0.5, EvaluationSeconds: 1, BatchesPerEpoch: 10, PeakMemoryBytes: 0);
        SpeedFile.Write(made.Folder.SpeedPath, [speed]);
        TimeLeft known = tracker.Refresh(wantsCurves: false).TimeLeft;

        Assert.Null(unknown.Seconds);
        Assert.Equal(2 * speed.SecondsOf(new BudgetSettings { Unit = BudgetUnit.Steps, Pretrain = 40, Finetune = 60, Evaluations = 5 }, pretrains: true), known.Seconds);
    }
}

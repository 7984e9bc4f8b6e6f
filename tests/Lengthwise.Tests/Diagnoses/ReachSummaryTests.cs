using Lengthwise.Diagnoses;
using Lengthwise.Statistics;

namespace Lengthwise.Tests.Diagnoses;

public sealed class ReachSummaryTests
{
    [Theory]
    [InlineData(1, "0")]
    [InlineData(2, "0,1")]
    [InlineData(3, "0,1,2")]
    [InlineData(20, "0,1,2,4,8,16,19")]
    [InlineData(17, "0,1,2,4,8,16")]
    public void Bins_double_and_end_with_the_longest_distance(int length, string edges) =>
        Assert.Equal(edges, string.Join(",", DistanceBins.UpTo(length)));

    [Fact]
    public void Bins_are_called_by_their_distances()
    {
        IReadOnlyList<int> upTo = DistanceBins.UpTo(20);

        Assert.Equal(["0", "1", "2", "3-4", "5-8", "9-16", "17-19"], upTo.Select((_, bin) => DistanceBins.Label(upTo, bin)));
    }

    [Theory]
    [InlineData(0, 0.0)]
    [InlineData(1, 0.3)]
    [InlineData(7, 0.3)]
    [InlineData(8, 0.6)]
    [InlineData(19, 1.0)]
    public void Mass_within_a_distance_sums_the_bins_up_to_it(int steps, double expected)
    {
        RunReach run = ReachExample.Run("masked", 1, false, (TrainingMoment.Finetuning, 0.6));

        Assert.Equal(expected, run.Moments[0].Layers[0].Mean().Within(run.UpTo, steps), 1e-12);
    }

    [Fact]
    public void Levels_are_means_over_heads_and_seeds()
    {
        ReachSummary summary = ReachExample.Document().Summary;

        ReachLevel level = summary.Levels.Single(l => l.Arm.Objective == "masked" && l.Moment == TrainingMoment.Pretraining && l.Kind == ReachKind.Attention);
        Assert.Equal((0.75, 2), (level.Near.Mean, level.Near.N));
        Assert.Equal(StudentInterval.OfMean([0.7, 0.8]).Low!.Value, level.Near.Low!.Value, 1e-9);
        Assert.Equal(0.25, level.UniformNear, 1e-12);
        Assert.Null(level.Reach);
    }

    [Fact]
    public void Changes_are_paired_by_seed()
    {
        ReachSummary summary = ReachExample.Document().Summary;

        ReachChange pretraining = Change(summary, "masked", TrainingMoment.Initialisation, "masked", TrainingMoment.Pretraining, ReachKind.Attention);
        ReachChange arms = Change(summary, "scratch", TrainingMoment.Finetuning, "masked", TrainingMoment.Finetuning, ReachKind.Kernel);
        Assert.Equal(0.55, pretraining.Near.Mean, 1e-12);
        Assert.Equal(-7.5 * 0.55, pretraining.MeanDistance.Mean, 1e-9);
        // 0.6 - 0.3 and 0.7 - 0.4: the same for both seeds, so that nothing is left of the interval.
        Assert.Equal((0.3, 0.3, 0.3), (Math.Round(arms.Near.Low!.Value, 9), Math.Round(arms.Near.Mean, 9), Math.Round(arms.Near.High!.Value, 9)));
        Assert.Equal(-3, arms.Reach!.Mean, 1e-9);
    }

    [Fact]
    public void Arms_without_a_common_seed_are_not_compared()
    {
        RunReach[] runs =
        [
            ReachExample.Run("scratch", 1, false, (TrainingMoment.Finetuning, 0.3)),
            ReachExample.Run("masked", 2, false, (TrainingMoment.Finetuning, 0.6)),
        ];

        Assert.Empty(ReachSummary.Of(runs, 8).Changes);
    }

    [Fact]
    public void A_document_reads_as_it_was_written()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("lengthwise-reach-").FullName, ReachDocument.FileName);
        string written = ReachExample.Document().ToJson();
        File.WriteAllText(path, written);

        ReachDocument read = ReachDocument.Read(path)!;

        Assert.Equal(written, read.ToJson());
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"schema\": 1, \"title\"")]
    public void A_damaged_document_is_named(string text)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, text);

        var error = Assert.Throws<LengthwiseException>(() => ReachDocument.Read(path));

        Assert.Equal(ExitCode.Data, error.Code);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    private static ReachChange Change(ReachSummary summary, string fromArm, TrainingMoment from, string toArm, TrainingMoment to, ReachKind kind) =>
        summary.Changes.Single(c => c.Kind == kind && c.FromArm.Objective == fromArm && c.From == from && c.ToArm.Objective == toArm && c.To == to);
}

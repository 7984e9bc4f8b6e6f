using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Tests.Experiments;

public sealed class SpeedTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-speed-");

    private static readonly Speed Example = new("sorting", "attention", StepSeconds: 0.1, EvaluationSeconds: 0.5, BatchesPerEpoch: 20, PeakMemoryBytes: 1000);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_probe_is_short_and_leaves_model_and_task_alone()
    {
        Recipe recipe = PlanExample.Model();

        Recipe probe = Speed.Probe(recipe);

        Assert.Equal(recipe.Model, probe.Model);
        Assert.Equal(recipe.Task, probe.Task);
        Assert.Equal(BudgetUnit.Seconds, probe.Budget.Unit);
        Assert.InRange(probe.Budget.Finetune, 1, 5);
        Assert.Empty(probe.Validate());
    }

    [Fact]
    public void Speed_is_that_of_the_second_half_without_the_evaluation()
    {
        MetricLine[] metrics =
        [
            new() { Phase = "finetune", Split = "train", Step = 1, Epoch = 0.05, Tokens = 100, Seconds = 1.1 },
            new() { Phase = "finetune", Split = "train", Step = 2, Epoch = 0.1, Tokens = 200, Seconds = 1.4 },
            new() { Phase = "finetune", Split = "train", Step = 7, Epoch = 0.35, Tokens = 700, Seconds = 2.5 },
            new() { Phase = "finetune", Split = "train", Step = 18, Epoch = 0.9, Tokens = 1800, Seconds = 3 },
        ];
        RunRecord record = PlanExample.Record(1e-3, 0.5) with { Seconds = 5, EvaluationSeconds = 2, PeakMemoryBytes = 7 };

        Speed speed = Speed.From(record, metrics);

        Assert.Equal(0.1, speed.StepSeconds, 9);
        Assert.Equal(2.0, speed.EvaluationSeconds, 9);
        Assert.Equal(20, speed.BatchesPerEpoch);
        Assert.Equal(7, speed.PeakMemoryBytes);
    }

    [Fact]
    public void A_step_that_takes_the_whole_time_is_counted()
    {
        MetricLine only = new() { Phase = "finetune", Split = "train", Step = 1, Epoch = 0.5, Tokens = 100, Seconds = 7 };

        Speed one = Speed.From(PlanExample.Record(1e-3, 0.5), [only]), two = Speed.From(PlanExample.Record(1e-3, 0.5), [only, only with { Step = 2, Seconds = 12 }]);

        Assert.Equal((7, 5), (one.StepSeconds, two.StepSeconds));
    }

    [Fact]
    public void An_estimate_counts_steps_and_evaluations_of_both_phases()
    {
        Recipe masked = ArmRecipes.For(PlanExample.Model(), ObjectiveKind.Masked, 1, null, allCausal: false);

        double seconds = Example.SecondsOf(masked);

        Assert.InRange(seconds, (4 + 2) * 20 * 0.1 + 2 * 5 * 0.5, (4 + 2) * 20 * 0.1 + 2 * 5 * 0.5 + 5);
    }

    [Theory]
    [InlineData(BudgetUnit.Epochs, 1.5, 30)]
    [InlineData(BudgetUnit.Steps, 7, 7)]
    [InlineData(BudgetUnit.Seconds, 3, 30)]
    [InlineData(BudgetUnit.Steps, 0, 0)]
    public void Budgets_become_steps(BudgetUnit unit, double amount, long steps) => Assert.Equal(steps, Example.Steps(unit, amount));

    [Fact]
    public void Stored_speeds_are_read_back_and_damaged_ones_measured_again()
    {
        string path = Path.Combine(_folder.FullName, "speed.json");

        SpeedFile.Write(path, [Example]);
        IReadOnlyList<Speed> read = SpeedFile.Read(path);
        File.WriteAllText(path, "{");

        Assert.Equal([Example], read);
        Assert.Empty(SpeedFile.Read(path));
        Assert.Empty(SpeedFile.Read(Path.Combine(_folder.FullName, "nothing.json")));
    }
}

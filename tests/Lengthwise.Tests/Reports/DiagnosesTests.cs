using System.Text.Json;
using Lengthwise.Experiments;
using Lengthwise.Reports;
using Lengthwise.Reports.Diagnoses;

namespace Lengthwise.Tests.Reports;

/// <summary>What stored records say about why scores are as they are.</summary>
public sealed class DiagnosesTests
{
    [Fact]
    public void The_cost_of_a_target_charges_pretraining()
    {
        TaskSummary task = Of([("scratch", 0, [0.3, 0.5, 0.7]), ("masked", 500, [0.6, 0.7, 0.8])]);

        // Best of the weakest arm is 0.7: from scratch after three evaluations, pretrained after two and what pretraining took.
        TargetCost[] costs = [.. task.TargetCosts.Where(c => c.Target == 0.7)];

        Assert.Equal(["scratch", "masked"], costs.Select(c => c.Objective));
        Assert.Equal([300.0, 700.0], costs.Select(c => Math.Round(c.Steps!.Value, 9)));
        Assert.Equal([3e9, 7e9], costs.Select(c => Math.Round(c.Flops!.Value)));
        Assert.Equal([30.0, 70.0], costs.Select(c => Math.Round(c.Seconds!.Value, 9)));
    }

    [Fact]
    public void A_target_that_an_arm_never_reached_has_no_cost_there()
    {
        TargetCost weak = Of([("scratch", 0, [0.3, 0.4]), ("masked", 0, [0.6, 0.8])]).TargetCosts.Single(c => c is { Objective: "scratch", Target: 0.8 });

        Assert.Equal((0, 1), (weak.Reached, weak.OutOf));
        Assert.Null(weak.Flops);
    }

    [Fact]
    public void A_target_no_better_than_guessing_is_none() =>
        Assert.All(Of([("scratch", 0, [0.24, 0.25]), ("masked", 0, [0.6, 0.8])]).TargetCosts, c => Assert.Equal(0.8, c.Target));

    [Fact]
    public void Seeds_that_never_left_chance_are_counted()
    {
        // Chance is a quarter: a tenth of the way to perfect is 0.325.
        IReadOnlyList<Plateau> found = Of([("scratch", 0, [0.25, 0.32, 0.26, 0.3]), ("masked", 0, [0.26, 0.33, 0.5, 0.6])]).Plateaus;

        Assert.Equal([new Plateau("s4d", "scratch", 1, 1, null), new Plateau("s4d", "masked", 0, 1, 0.5)], found);
    }

    [Fact]
    public void No_arm_of_the_front_is_beaten_in_both()
    {
        Aggregate[] arms = [Arm("a", 1, 0.5), Arm("b", 2, 0.4), Arm("c", 3, 0.7), Arm("d", 3, 0.6), Arm("e", 0, 0.9)];

        Assert.Equal(["a", "c"], ParetoFront.Of(arms, a => a.Seconds, true).Select(a => a.Model));
        Assert.Equal(["a", "b"], ParetoFront.Of(arms, a => a.Seconds, false).Select(a => a.Model));
    }

    [Fact]
    public void Every_pretrained_run_stands_with_its_loss_and_gain()
    {
        TaskSummary task = Summary.From(SampleComparison.Full()).Tasks.Single(t => t.Name == "markov-sources");

        Assert.Equal(12, task.PretrainingGains.Count);
        PretrainingGain first = task.PretrainingGains.Single(g => g is { Model: "transformer", Objective: "masked", Seed: 1 });
        Assert.Equal((1.67, 0.326), (Math.Round(first.Loss, 3), Math.Round(first.Gain, 3)));
    }

    [Fact]
    public void The_json_holds_what_the_figures_show()
    {
        using JsonDocument document = JsonDocument.Parse(JsonReport.Render(Summary.From(SampleComparison.WithItems(SampleComparison.Full()))));

        JsonElement root = document.RootElement;
        foreach (string key in new[] { "target_costs", "plateaus", "pretraining_gains" }) Assert.NotEqual(0, root.GetProperty(key).GetArrayLength());
        JsonElement arm = root.GetProperty("aggregates")[0];
        Assert.Equal(15, arm.GetProperty("calibration").GetProperty("bins").GetArrayLength());
        Assert.Equal(4, arm.GetProperty("confusion").GetProperty("counts")[0].GetArrayLength());
        JsonElement evidence = root.GetProperty("gains")[0].GetProperty("evidence");
        Assert.Equal(JsonValueKind.Number, evidence.GetProperty("bootstrap").GetProperty("low").ValueKind);
        Assert.Equal(3, evidence.GetProperty("seeds").GetArrayLength());
    }

    [Fact]
    public void The_json_holds_published_scores_beside_ours()
    {
        var data = new ComparisonData { Title = "t", Cells = [SampleComparison.Cell("listops", "transformer", "scratch", 1, 0.4)] };

        using JsonDocument document = JsonDocument.Parse(JsonReport.Render(Summary.From(data)));

        JsonElement[] published = [.. document.RootElement.GetProperty("published").EnumerateArray()];
        Assert.NotEmpty(published);
        Assert.All(published, p => Assert.NotEqual("", p.GetProperty("source").GetString()));
        Assert.Contains(published, p => p.GetProperty("ours").ValueKind == JsonValueKind.Number && p.GetProperty("trained").GetString() == "scratch");
    }

    private static TaskSummary Of((string Objective, long PretrainSteps, double[] Curve)[] arms)
    {
        var cells = new List<RunRecord>();
        var curves = new Dictionary<string, IReadOnlyList<MetricLine>>();
        foreach ((string objective, long pretrained, double[] curve) in arms)
        {
            RunRecord cell = SampleComparison.Cell("markov-sources", "s4d", objective, 1, curve[^1]) with
            {
                PretrainSteps = pretrained,
                PretrainFlops = pretrained * 1e7,
                PretrainSeconds = pretrained / 10.0,
                FinetuneSteps = 100 * curve.Length,
            };
            cells.Add(cell);
            curves[cell.Run] =
            [
                .. curve.Select((value, i) => new MetricLine { Phase = "finetune", Split = "validation", Step = 100 * (i + 1), Metric = value, Flops = 1e9 * (i + 1), Seconds = 10 * (i + 1) }),
            ];
        }
        return Summary.From(new ComparisonData { Title = "t", Cells = cells, Curves = curves }).Tasks[0];
    }

    private static Aggregate Arm(string model, double seconds, double score) =>
        new() { Model = model, Objective = "scratch", Seeds = [1], Seconds = seconds, Test = new(null, score, null, 1) };
}

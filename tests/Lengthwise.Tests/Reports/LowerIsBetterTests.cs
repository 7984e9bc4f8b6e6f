using Lengthwise.Experiments;
using Lengthwise.Recipes;
using Lengthwise.Reports;

namespace Lengthwise.Tests.Reports;

/// <summary>An error that pretraining lowers, from the choice of the rate to the sentence.</summary>
public sealed class LowerIsBetterTests
{
    private static readonly Summary Errors = Summary.From(Comparison());

    [Fact]
    public void A_lower_error_is_a_positive_gain_and_an_improvement()
    {
        Gain gain = Errors.Tasks[0].Gains.Single(g => g.Model == "transformer");

        Assert.Equal(2, gain.Difference.Mean, 9);
        Assert.Contains("improves the Transformer by 2.00 in rmse", Errors.Answer, StringComparison.Ordinal);
        Assert.DoesNotContain("worse", Errors.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_with_the_lower_error_leads_the_gap()
    {
        Gap gap = Errors.Tasks[0].Gaps.Single(g => g.Objective == "scratch");

        Assert.Equal(("s4d", "transformer"), (gap.Model, gap.Reference));
        Assert.Equal(3, gap.Difference.Mean, 9);
    }

    [Fact]
    public void Tuning_takes_the_rate_with_the_lowest_error()
    {
        RunRecord[] trials = [Trial(1e-3, 4), Trial(2e-3, 3), Trial(4e-3, 5)];
        Recipe recipe = RecipeReader.Parse("[task]\nname = 'sorting'\n[model]\nname = 'attention'\n", "a.toml", [], new Recipes.TestCatalog());
        var arm = new ArmPlan(recipe, ObjectiveKind.Scratch, false, [1e-3, 2e-3, 4e-3], 9001, [1]);

        Assert.Equal(2e-3, arm.Choose(trials)?.Lr);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("markdown")]
    [InlineData("html")]
    public void Every_report_says_that_lower_is_better_and_shows_the_other_metrics(string kind)
    {
        string report = kind switch
        {
            "text" => ConsoleReport.Render(Errors),
            "markdown" => MarkdownReport.Render(Errors),
            _ => HtmlReport.Render(Errors),
        };

        Assert.Contains("lower is better", report, StringComparison.Ordinal);
        Assert.Contains("mae", report, StringComparison.Ordinal);
        Assert.Contains("6.40", report, StringComparison.Ordinal); // 0.8 times an error of 8
    }

    [Fact]
    public void Tables_for_programs_have_all_metrics()
    {
        Assert.Contains("\"rmse\": 8", JsonReport.Render(Errors), StringComparison.Ordinal);
        string[] csv = CsvReport.Render(Errors).Split('\n');
        Assert.EndsWith(",test_rmse,test_mae", csv[0], StringComparison.Ordinal);
        Assert.EndsWith(",8,6.4", csv.First(l => l.Contains(",transformer,scratch,2,", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Models_of_a_task_without_labels_are_not_called_failed()
    {
        RunRecord cell = SampleComparison.Cell("own-data", "s4d", "masked", 1, null) with
        {
            Diagnoses = [new("no-labels", DiagnosisSeverity.Note, "no labels: nothing to fine-tune", "pretrain", 7)],
        };

        Summary summary = Summary.From(new ComparisonData { Title = "pretrained", Cells = [cell] });

        Assert.Contains("no labels", summary.Answer, StringComparison.Ordinal);
        Assert.DoesNotContain(summary.Warnings, w => w.Code == "seeds-failed");
    }

    private static ComparisonData Comparison() => new()
    {
        Title = "errors",
        Cells =
        [
            .. Arm("transformer", "scratch", 8), .. Arm("transformer", "masked", 6), .. Arm("s4d", "scratch", 5), .. Arm("s4d", "masked", 5),
        ],
    };

    private static IEnumerable<RunRecord> Arm(string model, string objective, double error) => Enumerable.Range(1, 3).Select(seed =>
    {
        double rmse = error + 0.1 * (seed - 2);
        return SampleComparison.Cell("bidmc", model, objective, seed, rmse) with
        {
            Metric = "rmse",
            HigherIsBetter = false,
            Chance = 12,
            TestMetrics = new Dictionary<string, double> { ["rmse"] = rmse, ["mae"] = 0.8 * rmse },
        };
    });

    private static RunRecord Trial(double lr, double validation) =>
        SampleComparison.Cell("bidmc", "s4d", "scratch", 9001, null) with { Lr = lr, Validation = validation, HigherIsBetter = false, Metric = "rmse" };
}

using Lengthwise.Experiments;
using Lengthwise.Recipes;
using Lengthwise.Reports;
using Lengthwise.Tests.Recipes;

namespace Lengthwise.Tests.Experiments;

/// <summary>What becomes of an objective that a model cannot learn from, from the recipe to the report.</summary>
public sealed class NotApplicableTests : IDisposable
{
    private const string Reason = "it has no output at every step";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_recipe_with_such_an_objective_is_refused_at_the_key()
    {
        const string text = "[task]\nname = 'sorting'\n[model]\nname = 'classifier'\n[objective]\nname = 'masked'\n[budget]\npretrain = 1\n";

        RecipeProblem problem = Assert.Single(Assert.Throws<RecipeException>(() => RecipeReader.Parse(text, "recipe.toml", [], new Catalog())).Problems);

        Assert.Equal($"'objective.name' is 'masked', which is not applicable to model 'classifier': {Reason}", problem.Message);
        Assert.Equal(6, problem.Line);
    }

    [Fact]
    public void A_preset_that_asks_for_it_can_be_read_and_has_no_such_arm()
    {
        ComparisonPlan plan = ComparisonPlan.Create([Preset("classifier, recurrence")], allCausal: false);

        Assert.Equal(["sorting-classifier-scratch-matched", "sorting-recurrence-scratch-matched", "sorting-recurrence-masked"], plan.Arms.Select(a => a.Name));
        Assert.Equal([new InapplicableArm("sorting", "classifier", "masked", Reason)], plan.NotApplicable);
        Assert.Equal((9, 0), (plan.CellCount, plan.TrialCount));
    }

    [Fact]
    public void A_comparison_of_unidirectional_models_has_no_arm_of_a_model_that_cannot_be_one()
    {
        ComparisonPlan plan = ComparisonPlan.Create([Preset("classifier, recurrence")], allCausal: true);

        Assert.Equal(["sorting-recurrence-scratch-matched", "sorting-recurrence-causal"], plan.Arms.Select(a => a.Name));
        Assert.Equal(["scratch-matched", "causal"], plan.NotApplicable.Select(n => n.Objective));
    }

    [Fact]
    public void A_comparison_of_nothing_else_is_refused_with_the_reasons()
    {
        var refusal = Assert.Throws<LengthwiseException>(() => ComparisonPlan.Create([Preset("classifier", "compare.objectives=masked")], allCausal: false));

        Assert.Equal(ExitCode.Usage, refusal.Code);
        Assert.Contains($"classifier masked: {Reason}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_stored_plan_keeps_it_when_other_models_are_added()
    {
        StoredPlan earlier = PlanExample.Stored(ComparisonPlan.Create([Preset("classifier")], allCausal: false));
        StoredPlan extended = PlanExample.Stored(ComparisonPlan.Create([Preset("recurrence")], allCausal: false)).Extending(earlier, "here");
        string path = Path.Combine(_folder.Root, "plan.json");

        extended.Write(path);

        Assert.Equal(3, extended.Arms.Count);
        Assert.Equal([new InapplicableArm("sorting", "classifier", "masked", Reason)], StoredPlan.Read(path).NotApplicable);
    }

    [Fact]
    public void It_is_reported_where_it_was_asked_for_and_is_no_failure()
    {
        var folder = new ComparisonFolder(new DirectoryInfo(_folder.Root));
        ComparisonPlan plan = ComparisonPlan.Create([Preset("classifier", "compare.seeds=1")], allCausal: false);
        PlanExample.Stored(plan).Write(folder.PlanPath);
        RunFolder cell = folder.Cell("sorting-classifier-scratch-matched-seed1");
        RunRecordFile.Write(cell.ResultPath, PlanExample.Record(1e-3, 0.5) with { Model = "classifier", Objective = "scratch-matched", Seed = 1, Test = 0.5 });

        Summary all = Summary.From(ComparisonReader.Read(folder)), others = Summary.From(ComparisonReader.Read(folder, new HashSet<string> { cell.Name }));

        Assert.Equal(["scratch-matched", "masked"], Assert.Single(all.Tasks).Rows.Select(r => r.Objective));
        Assert.Empty(all.Data.Failures);
        Assert.DoesNotContain(all.Warnings, w => w.Code is "seeds-failed" or "seeds-differ" or "no-scratch-arm");
        Assert.Empty(others.Data.NotApplicable);
    }

    private Preset Preset(string models, params string[] overrides)
    {
        string folder = Path.GetDirectoryName(_folder.Write("sorting/default/compare.toml", $"[compare]\nmodels = [{string.Join(", ", models.Split(", ").Select(m => $"'{m}'"))}]\n[task]\nname = 'sorting'\n[budget]\npretrain = 4\n"))!;
        foreach (string model in models.Split(", ")) _folder.Write($"sorting/default/{model}.toml", $"extends = 'compare.toml'\n[model]\nname = '{model}'\n");
        return PresetReader.Read(new DirectoryInfo(folder), overrides, new Catalog());
    }

    private sealed class Catalog : ISettingsCatalog
    {
        public IReadOnlyDictionary<string, Type> Tasks { get; } = new TestCatalog().Tasks;

        public IReadOnlyDictionary<string, Type> Models { get; } =
            new Dictionary<string, Type> { ["classifier"] = typeof(ClassifierSettings), ["recurrence"] = typeof(RecurrenceSettings) };
    }

    private sealed record ClassifierSettings : ModelSettings
    {
        public override string? ObstacleTo(ObjectiveKind objective) => !objective.Pretrains() ? null : Reason;
    }
}

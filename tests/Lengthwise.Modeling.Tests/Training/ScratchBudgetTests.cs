using Lengthwise.Experiments;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Training;

/// <summary>What the arms from scratch are charged.</summary>
public sealed class ScratchBudgetTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("lengthwise-scratch-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("steps", "scratch", 0, 5)]
    [InlineData("steps", "scratch-matched", 0, 8)]
    [InlineData("steps", "masked", 3, 5)]
    [InlineData("epochs", "scratch-matched", 0, 24)]
    public void Labels_get_their_own_budget_or_both(string unit, string objective, long pretrain, long finetune)
    {
        RunRecord record = Run(Recipe(unit, objective), "a");

        Assert.Equal((objective, pretrain, finetune), (record.Objective, record.PretrainSteps, record.FinetuneSteps));
    }

    [Theory]
    [InlineData("tokens", 720)]
    [InlineData("flops", 2e6)]
    public void Arms_are_charged_alike_in_every_unit(string unit, double half)
    {
        string[] budget = [$"budget.pretrain={Text(half)}", $"budget.finetune={Text(half)}"];

        RunRecord masked = Run(Recipe(unit, "masked", budget), "a"), matched = Run(Recipe(unit, "scratch-matched", budget), "b");

        double Spent(RunRecord r) => unit == "tokens" ? r.PretrainTokens + r.FinetuneTokens : r.PretrainFlops + r.FinetuneFlops;
        double step = Spent(matched) / matched.FinetuneSteps;
        Assert.InRange(Spent(matched), 2 * half, 2 * half + 1.5 * step);
        Assert.InRange(Spent(masked), 2 * half, 2 * half + 3 * step);
        Assert.True(masked.PretrainSteps > 1 && masked.FinetuneSteps > 1);
    }

    [Fact]
    public void A_run_of_a_token_budget_repeats_to_the_last_bit()
    {
        string[] budget = ["budget.pretrain=500", "budget.finetune=700", "optimizer.warmup_ratio=0.2"];

        RunRecord first = Run(Recipe("tokens", "masked", budget), "a"), second = Run(Recipe("tokens", "masked", budget), "b");

        Assert.Equal((first.Test, first.Validation, first.FinetuneSteps), (second.Test, second.Validation, second.FinetuneSteps));
        Assert.Equal(File.ReadAllBytes(Folder("a").ModelPath), File.ReadAllBytes(Folder("b").ModelPath));
    }

    [Theory]
    [InlineData("subset", 12)]
    [InlineData("labelled", 40)]
    [InlineData("all", 40)]
    public void A_share_of_the_labels_leaves_pretraining_the_rows_it_is_given_and_the_test_split_whole(string rows, int pretrained)
    {
        RunRecord record = Run(Recipe("steps", "masked", "data.fraction=0.3", $"data.pretrain_on={rows}"), "a");

        Assert.Equal((12, pretrained, 20, 0.3), (record.LabelledRows, record.PretrainRows, record.TestItems, record.DataFraction));
    }

    [Fact]
    public void Every_state_space_model_can_begin_without_structure_and_no_other_model_can()
    {
        ModelSettings[] settings = [.. ModelCatalog.Settings.Values.Select(type => (ModelSettings)Activator.CreateInstance(type)!)];

        string[] models = [.. ModelCatalog.Settings.Keys.Zip(settings).Where(p => p.Second.WithRandomInit() is not null).Select(p => p.First)];

        Assert.Equal(["dlr", "dss", "lru", "s4", "s4d", "s5"], models);
        Assert.All(settings.Select(s => s.WithRandomInit()).OfType<ModelSettings>(), random => Assert.Empty(random.Validate()));
    }

    private RunRecord Run(Recipe recipe, string name) =>
        TrainingRun.Start(recipe, Folder(name), new RunOptions { Cache = _root.CreateSubdirectory("cache") }, CancellationToken.None);

    private RunFolder Folder(string name) => new(new DirectoryInfo(Path.Combine(_root.FullName, name)));

    private static string Text(double number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Recipe Recipe(string unit, string objective, params string[] overrides) => RecipeReader.Parse(
        $"""
        [task]
        name = "markov-sources"
        length = 12
        train_size = 40
        validation_size = 20
        test_size = 20
        [model]
        name = "s4d"
        d_model = 4
        n_layers = 1
        [objective]
        name = "{objective}"
        [optimizer]
        batch_size = 16
        [budget]
        unit = "{unit}"
        pretrain = {(objective == "scratch" ? 0 : 3)}
        finetune = 5
        evaluations = 1
        """,
        "test.toml", overrides, new SettingsCatalog());
}

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
        RunRecord record = TrainingRun.Start(
            Recipe(unit, objective), new RunFolder(_root.CreateSubdirectory("run")), new RunOptions { Cache = _root.CreateSubdirectory("cache") }, CancellationToken.None);

        Assert.Equal((objective, pretrain, finetune), (record.Objective, record.PretrainSteps, record.FinetuneSteps));
    }

    [Fact]
    public void Every_state_space_model_can_begin_without_structure_and_no_other_model_can()
    {
        ModelSettings[] settings = [.. ModelCatalog.Settings.Values.Select(type => (ModelSettings)Activator.CreateInstance(type)!)];

        string[] models = [.. ModelCatalog.Settings.Keys.Zip(settings).Where(p => p.Second.WithRandomInit() is not null).Select(p => p.First)];

        Assert.Equal(["dlr", "dss", "lru", "s4", "s4d", "s5"], models);
        Assert.All(settings.Select(s => s.WithRandomInit()).OfType<ModelSettings>(), random => Assert.Empty(random.Validate()));
    }

    private static Recipe Recipe(string unit, string objective) => RecipeReader.Parse(
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
        "test.toml", [], new SettingsCatalog());
}

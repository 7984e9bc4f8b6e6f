using Lengthwise.Experiments;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tests.Data;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Tasks;

/// <summary>Every task trains with an attention and a state space model under every objective.</summary>
public sealed class EveryTaskTrainsTests
{
    public static TheoryData<string, string, string> Cells =>
        [.. from task in TaskCatalog.Settings.Keys from model in (string[])["transformer", "s4d"] from objective in (string[])["scratch", "masked", "causal"] select (task, model, objective)];

    [Fact]
    public void No_task_is_left_out() => Assert.Equal(TaskCatalog.Settings.Keys, TinyTasks.Names.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_few_steps_of_each_phase_end_with_a_result(string task, string model, string objective)
    {
        using var folder = new TemporaryFolder();
        string[] overrides =
        [
            .. TinyTasks.Overrides(task, folder.Directory), "model.d_model=8", "model.n_layers=1", .. model == "s4d" ? (string[])["model.d_state=4"] : ["model.n_heads=2"],
            $"objective.name={objective}", $"model.bidirectional={(objective == "causal" ? "false" : "true")}",
            "optimizer.batch_size=8", "budget.unit=steps", $"budget.pretrain={(objective == "scratch" ? 0 : 2)}", "budget.finetune=2", "budget.evaluations=1",
        ];
        Recipe recipe = RecipeReader.Parse($"[task]\nname = '{task}'\n[model]\nname = '{model}'\n", "recipe.toml", overrides, new SettingsCatalog());
        var run = new RunFolder(new DirectoryInfo(Path.Combine(folder.Directory.FullName, "run")));

        RunRecord record = TrainingRun.Start(recipe, run, new RunOptions { Cache = folder.Directory }, CancellationToken.None);

        Assert.Equal((objective == "scratch" ? 0 : 2, 2), (record.PretrainSteps, record.FinetuneSteps));
        Assert.True(double.IsFinite(record.Test!.Value), $"{record.Metric} is {record.Test}");
        Assert.Equal(objective != "scratch", record.PretrainValidation is not null);
    }
}

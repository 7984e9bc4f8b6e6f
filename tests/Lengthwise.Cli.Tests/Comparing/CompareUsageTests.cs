namespace Lengthwise.Cli.Tests.Comparing;

public sealed class CompareUsageTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Mistakes_in_options_and_settings_are_shown_all_at_once_with_code_2()
    {
        Outcome outcome = Outcome.Of(
            _workspace.Smoke("a", "--objectives", "scratch,maskd", "--set", "optimizer.lr=-1", "--set", "budgt.finetune=3", "--set", "task.lenght=5"));

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.All(["'maskd'", "'lr' is -1", "'budgt'", "'lenght'"], word => Assert.Contains(word, outcome.Error, StringComparison.Ordinal));
        Assert.Equal(4, outcome.Error.Split("error: ").Length - 1);
        Assert.False(Directory.Exists(_workspace.At("a")));
    }

    [Theory]
    [InlineData("no-such-task", "smoke", "markov-sources")]
    [InlineData("markov-sources", "smok", "did you mean 'smoke'?")]
    public void An_unknown_task_or_preset_is_answered_with_those_that_exist(string task, string preset, string expected)
    {
        Outcome outcome = Outcome.Of("compare", task, "--preset", preset);

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preset_whose_models_have_unequal_epochs_is_refused_before_anything_runs()
    {
        string preset = _workspace.At("preset");
        Directory.CreateDirectory(preset);
        foreach (string file in (string[])["compare.toml", "transformer.toml", "s4d.toml"])
            File.Copy(Path.Combine(AppContext.BaseDirectory, "recipes", "markov-sources", "smoke", file), Path.Combine(preset, file));
        File.AppendAllText(Path.Combine(preset, "s4d.toml"), "\n[budget]\nfinetune = 40\n");

        Outcome outcome = Outcome.Of("compare", "--preset", preset, "--out", _workspace.At("a"), "--cache", _workspace.Cache);

        Assert.Equal(ExitCode.BarMissed, outcome.Code);
        Assert.Contains("[unequal-budget] markov-sources: Arms have different budgets, pretraining included", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--allow-unfair unequal-budget", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_workspace.At("a")));
    }

    [Fact]
    public void Zero_jobs_are_wrong_usage()
    {
        Outcome outcome = Outcome.Of(_workspace.Smoke("a", "--jobs", "0"));

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("--jobs", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unexpected_folder_of_results_is_explained_without_a_stack_trace()
    {
        string file = _workspace.At("file");
        File.WriteAllText(file, "");

        Outcome outcome = Outcome.Of(_workspace.Smoke(Path.Combine("file", "a")));

        Assert.Equal(ExitCode.Failed, outcome.Code);
        Assert.StartsWith("error: ", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }
}

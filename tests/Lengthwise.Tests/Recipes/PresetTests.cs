using Lengthwise.Recipes;

namespace Lengthwise.Tests.Recipes;

public sealed class PresetTests : IDisposable
{
    private const string Compare = """
        # Sorting, compared.
        [compare]
        models = ["attention", "recurrence"]
        lr_grid = [0.1, 0.2]
        [task]
        name = "sorting"
        [model]
        d_model = 32
        [optimizer]
        lr = 0.5
        warmup_ratio = 0.1
        [pretraining]
        batch_size = 8
        [budget]
        pretrain = 4
        """;

    private readonly TemporaryFolder _folder = new();

    public PresetTests()
    {
        _folder.Write("sorting/default/compare.toml", Compare);
        _folder.Write("sorting/default/attention.toml", "extends = 'compare.toml'\n[model]\nname = 'attention'\nn_heads = 2\n");
        _folder.Write("sorting/default/recurrence.toml",
            "extends = 'compare.toml'\n[model]\nname = 'recurrence'\n[optimizer]\nlr = 0.25\n");
    }

    private DirectoryInfo Folder => new(Path.Combine(_folder.Root, "sorting", "default"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_preset_is_what_is_compared_and_a_recipe_for_each_model()
    {
        Preset preset = Read();

        Assert.Equal(new ComparisonSettings { Models = ["attention", "recurrence"], LrGrid = [0.1, 0.2] }, preset.Compare);
        Assert.Equal(["attention", "recurrence"], preset.Models.Keys);
        Assert.Equal(new AttentionSettings { DModel = 32, NHeads = 2 }, preset.Models["attention"].Model);
        Assert.Equal(new OptimizerSettings { Lr = 0.25, WarmupRatio = 0.1, BatchSize = 8 }, preset.Models["recurrence"].Pretraining);
    }

    [Fact]
    public void The_name_is_the_folders_also_with_a_slash_at_its_end()
    {
        Preset preset = PresetReader.Read(new DirectoryInfo(Folder.FullName + Path.DirectorySeparatorChar), [], new TestCatalog());

        Assert.Equal("default", preset.Name);
    }

    [Fact]
    public void Without_a_list_all_models_of_the_folder_are_compared()
    {
        _folder.Write("sorting/default/compare.toml", Compare.Replace("models = ", "#", StringComparison.Ordinal));

        Preset preset = Read();

        Assert.Equal(["attention", "recurrence"], preset.Compare.Models);
    }

    [Fact]
    public void Overrides_hold_for_every_model_and_for_the_comparison()
    {
        Preset preset = Read("run.threads=2", "compare.models=recurrence", "compare.seeds=9");

        Assert.Equal(9, preset.Compare.Seeds);
        Assert.Equal(["recurrence"], preset.Models.Keys);
        Assert.Equal(2, preset.Models["recurrence"].Run.Threads);
    }

    [Fact]
    public void An_override_of_a_model_holds_for_the_models_that_have_the_key()
    {
        Preset preset = Read("model.n_heads=4", "model.d_state=8", "model.d_model=16");

        Assert.Equal(new AttentionSettings { DModel = 16, NHeads = 4 }, preset.Models["attention"].Model);
        Assert.Equal(new RecurrenceSettings { DModel = 16, DState = 8 }, preset.Models["recurrence"].Model);
    }

    [Theory]
    [InlineData("model.heads=4", "unknown key 'heads' in [model]")]
    [InlineData("model.name=attention", "'model.name' cannot be set for a preset: each model has its own file")]
    [InlineData("compare.models=attention,mega", "the preset 'default' has no model 'mega'")]
    [InlineData("compare.models=attention,attention", "'models' lists a model twice")]
    [InlineData("compare.objectives=masked,maskd", "unknown value 'maskd' for 'objectives'")]
    [InlineData("compare.first_seed=9000", "'tuning_seed' is 9001, one of the compared seeds 9000 to 9002: a rate tuned on a seed favours it")]
    [InlineData("compare.tuning_seed=2", "'tuning_seed' is 2, one of the compared seeds 1 to 3: a rate tuned on a seed favours it")]
    [InlineData("budget.pretrain=0", "objective 'masked' needs 'budget.pretrain' above 0")]
    public void A_mistake_in_an_override_is_reported_once(string text, string message)
    {
        RecipeException e = Assert.Throws<RecipeException>(() => Read(text));

        Assert.Equal([message], e.Problems.Select(p => p.Message));
    }

    [Fact]
    public void Problems_of_all_files_come_together_and_those_of_the_shared_file_once()
    {
        string compare = _folder.Write("sorting/default/compare.toml", Compare + "\n[run]\nsede = 1");
        string attention = _folder.Write("sorting/default/attention.toml",
            "extends = 'compare.toml'\n[model]\nname = 'attention'\nn_heads = 0\n[task]\nlength = 5");
        string recurrence = _folder.Write("sorting/default/recurrence.toml", "extends = 'compare.toml'\n[model]\nname = 'attention'\n");

        RecipeException e = Assert.Throws<RecipeException>(() => Read());

        Assert.Equal(
            [(compare, "unknown key 'sede' in [run]"),
             (attention, "'n_heads' is 0; expected 1 to 1024"), (attention, "'task.length' is given for one model"),
             (recurrence, "the model is 'attention', but the file is called 'recurrence.toml'")],
            e.Problems.Select(p => (p.File, p.Message)));
    }

    [Fact]
    public void A_contradiction_of_an_arm_is_a_problem_of_the_preset()
    {
        _folder.Write("sorting/default/attention.toml", "extends = 'compare.toml'\n[model]\nname = 'attention'\nn_heads = 3\n");

        RecipeProblem problem = Assert.Single(Assert.Throws<RecipeException>(() => Read()).Problems);

        Assert.Equal("'d_model' 32 is not a multiple of 'n_heads' 3", problem.Message);
    }

    [Fact]
    public void A_folder_without_a_comparison_is_refused()
    {
        DirectoryInfo empty = Directory.CreateDirectory(Path.Combine(_folder.Root, "empty"));

        RecipeException e = Assert.Throws<RecipeException>(() => PresetReader.Read(empty, [], new TestCatalog()));

        Assert.Contains(e.Problems, p => p.Message.StartsWith("there is no file", StringComparison.Ordinal));
    }

    [Fact]
    public void The_model_files_of_a_preset_are_recipes_themselves()
    {
        Recipe recipe = RecipeReader.Read(Path.Combine(Folder.FullName, "attention.toml"), ["objective.name=masked"], new TestCatalog());

        Assert.Equal(ArmRecipes.For(Read().Models["attention"], ObjectiveKind.Masked, seed: 1, lr: null, allCausal: false), recipe);
    }

    [Fact]
    public void The_catalog_lists_presets_and_recipes_with_their_first_comment()
    {
        _folder.Write("sorting/single.toml", "\n#\n#   One run.  \n# More.\n[task]\n");
        _folder.Write("sorting/notes/readme.txt", "no preset");
        _folder.Write("counting/quick/compare.toml", "[compare]\n# not a header\n");

        var catalog = new PresetCatalog(new DirectoryInfo(_folder.Root));

        Assert.Equal(
            [("counting", "quick", ""), ("sorting", "default", "Sorting, compared.")],
            catalog.Presets.Select(p => (p.Task, p.Name, p.Summary)));
        Assert.Equal([("sorting", "single", "One run.")], catalog.Recipes.Select(p => (p.Task, p.Name, p.Summary)));
    }

    [Fact]
    public void A_preset_is_found_by_name_or_as_a_folder()
    {
        var catalog = new PresetCatalog(new DirectoryInfo(_folder.Root));

        Assert.Equal(Folder.FullName, catalog.Resolve("sorting", "default").FullName);
        Assert.Equal(Folder.FullName, catalog.Resolve("counting", Folder.FullName).FullName);
    }

    [Theory]
    [InlineData("sorting", "defualt", "presets of sorting: default\ndid you mean 'default'?")]
    [InlineData("sortin", "default", "tasks with presets: sorting\ndid you mean 'sorting'?")]
    [InlineData("sorting", "", "presets of sorting: default")]
    public void A_preset_that_does_not_exist_comes_with_those_that_do(string task, string preset, string hint)
    {
        var catalog = new PresetCatalog(new DirectoryInfo(_folder.Root));

        LengthwiseException e = Assert.Throws<LengthwiseException>(() => catalog.Resolve(task, preset));

        Assert.Equal(ExitCode.Usage, e.Code);
        Assert.StartsWith(hint, e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_catalog_without_a_folder_is_empty()
    {
        var catalog = new PresetCatalog(new DirectoryInfo(Path.Combine(_folder.Root, "none")));

        Assert.Empty(catalog.Presets);
        Assert.Empty(catalog.Recipes);
    }

    private Preset Read(params string[] overrides) => PresetReader.Read(Folder, overrides, new TestCatalog());
}

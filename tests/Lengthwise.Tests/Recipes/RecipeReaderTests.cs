using Lengthwise.Recipes;

namespace Lengthwise.Tests.Recipes;

public class RecipeReaderTests
{
    private const string Smallest = """
        [task]
        name = "sorting"
        [model]
        name = "attention"

        """;

    [Fact]
    public void Two_names_are_a_recipe_and_the_rest_are_the_records_defaults()
    {
        Recipe recipe = Parse(Smallest);

        var expected = new Recipe
        {
            TaskName = "sorting",
            Task = new SortingSettings(),
            ModelName = "attention",
            Model = new AttentionSettings(),
        };
        Assert.Equal(expected, recipe);
    }

    [Fact]
    public void Every_type_of_value_is_read()
    {
        Recipe recipe = Parse("""
            [task]
            name = "sorting"
            length = 64
            seed = 9_000_000_000
            weights = [1, 0.0]
            columns = ["a", 'b']
            file = "rows.csv"
            [model]
            name = "recurrence"
            scale = 2
            gate = "last"
            prenorm = false
            norm = "batch"
            dropout = 1e-1
            """);

        var task = new SortingSettings { Length = 64, Seed = 9_000_000_000, Weights = [1, 0], Columns = ["a", "b"], File = "rows.csv" };
        Assert.Equal(task, recipe.Task);
        Assert.Equal(new RecurrenceSettings { Scale = 2, Gate = PoolingKind.Last, Prenorm = false, Norm = NormKind.Batch, Dropout = 0.1 },
            recipe.Model);
    }

    [Fact]
    public void None_leaves_an_optional_setting_out()
    {
        Recipe recipe = Parse(Smallest + "[optimizer]\nclip_norm = \"none\"\nwarmup_steps = \"none\"\nwarmup_ratio = 0.1\n");

        Assert.Equal(new OptimizerSettings { WarmupRatio = 0.1 }, recipe.Optimizer);
    }

    [Fact]
    public void None_stays_a_value_where_it_is_one()
    {
        Recipe recipe = Parse(Smallest + "norm = \"none\"\npositions = \"none\"");

        Assert.Equal((NormKind.None, PositionKind.None), (recipe.Model.Norm, recipe.Model.Positions));
    }

    [Fact]
    public void Pretraining_overrides_single_keys_of_the_optimizer()
    {
        Recipe recipe = Parse(Smallest + """
            [objective]
            name = "masked"
            [optimizer]
            lr = 0.002
            batch_size = 50
            warmup_ratio = 0.05
            [pretraining]
            lr = 0.004
            warmup_steps = 100
            [budget]
            pretrain = 5
            """);

        Assert.Equal(new OptimizerSettings { Lr = 0.002, BatchSize = 50, WarmupRatio = 0.05 }, recipe.Optimizer);
        Assert.Equal(new OptimizerSettings { Lr = 0.004, BatchSize = 50, WarmupSteps = 100 }, recipe.Pretraining);
    }

    [Fact]
    public void An_objective_that_pretrains_has_an_optimizer_without_the_section_and_scratch_has_none()
    {
        Recipe masked = Parse(Smallest + "[objective]\nname = 'masked'\n[optimizer]\nlr = 0.5\n[budget]\npretrain = 1");
        Recipe scratch = Parse(Smallest + "[optimizer]\nlr = 0.5");

        Assert.Equal(masked.Optimizer, masked.Pretraining);
        Assert.Null(scratch.Pretraining);
    }

    [Fact]
    public void The_comparison_of_a_preset_is_read_over()
    {
        Recipe recipe = Parse(Smallest + "[compare]\nseeds = 7\nmodels = [\"attention\"]");

        Assert.Equal(Parse(Smallest), recipe);
    }

    [Fact]
    public void Dotted_keys_and_inline_tables_are_sections_as_well()
    {
        Recipe recipe = Parse("model = { name = \"attention\", n_heads = 2 }\ntask.name = \"sorting\"\ntask.length = 5");

        Assert.Equal(new AttentionSettings { NHeads = 2 }, recipe.Model);
        Assert.Equal(new SortingSettings { Length = 5 }, recipe.Task);
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_are_read()
    {
        Recipe recipe = Parse("\uFEFF" + Smallest.ReplaceLineEndings("\r\n"));

        Assert.Equal("attention", recipe.ModelName);
    }

    [Theory]
    [InlineData("model.n_heads=8", 8)]
    [InlineData(" model.n_heads = 8 ", 8)]
    [InlineData("model.n_heads=0x10", 16)]
    public void An_override_replaces_the_files_value(string text, int expected)
    {
        Recipe recipe = Parse(Smallest + "n_heads = 2", text);

        Assert.Equal(expected, ((AttentionSettings)recipe.Model).NHeads);
    }

    [Fact]
    public void The_last_of_several_overrides_holds()
    {
        Recipe recipe = Parse(Smallest, "run.seed=2", "run.seed=3");

        Assert.Equal(3, recipe.Run.Seed);
    }

    [Fact]
    public void Overrides_take_words_and_lists_without_quotes_and_brackets()
    {
        Recipe recipe = Parse(Smallest, "model.norm=batch", "task.weights=0.5,1e-1", "task.columns=[a, b]", "task.file=data/rows.csv");

        var task = new SortingSettings { Weights = [0.5, 0.1], Columns = ["a", "b"], File = "data/rows.csv" };
        Assert.Equal(task, recipe.Task);
        Assert.Equal(NormKind.Batch, recipe.Model.Norm);
    }

    [Theory]
    [InlineData("/data/my rows #2.csv")]
    [InlineData("C:\\rows.csv")]
    [InlineData("(?<label>[a-z]+)_\\d+\\.wav$")]
    public void Paths_and_patterns_need_no_quotes_in_an_override(string text)
    {
        Recipe recipe = Parse(Smallest, $"task.file={text}");

        Assert.Equal(text, ((SortingSettings)recipe.Task).File);
    }

    [Fact]
    public void One_value_in_an_override_is_a_list_of_one()
    {
        Recipe recipe = Parse(Smallest, "task.weights=0.5");

        Assert.Equal([0.5], ((SortingSettings)recipe.Task).Weights);
    }

    [Fact]
    public void Overriding_the_name_drops_the_settings_of_the_other_one()
    {
        Recipe recipe = Parse(Smallest + "n_heads = 8\nd_model = 32", "model.name=recurrence", "model.d_state=16");

        Assert.Equal(new RecurrenceSettings { DState = 16 }, recipe.Model);
    }

    [Fact]
    public void An_override_of_one_kind_of_warm_up_replaces_the_other()
    {
        Recipe recipe = Parse(Smallest + "[optimizer]\nwarmup_ratio = 0.1", "optimizer.warmup_steps=7");

        Assert.Equal(new OptimizerSettings { WarmupSteps = 7 }, recipe.Optimizer);
    }

    private static Recipe Parse(string text, params string[] overrides) => RecipeReader.Parse(text, "a.toml", overrides, new TestCatalog());
}

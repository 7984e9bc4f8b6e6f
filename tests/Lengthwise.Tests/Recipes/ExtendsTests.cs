using Lengthwise.Recipes;

namespace Lengthwise.Tests.Recipes;

public sealed class ExtendsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keys_are_merged_one_by_one_and_the_extending_file_wins()
    {
        _folder.Write("base.toml",
            "[task]\nname = 'sorting'\nlength = 5\nseed = 6\n[model]\nd_model = 32\n[optimizer]\nlr = 0.5\nbatch_size = 7");
        string path = _folder.Write("top.toml",
            "extends = 'base.toml'\n[task]\nseed = 60\n[model]\nname = 'attention'\n[optimizer]\nlr = 0.25");

        Recipe recipe = Read(path);

        Assert.Equal(new SortingSettings { Length = 5, Seed = 60 }, recipe.Task);
        Assert.Equal(new AttentionSettings { DModel = 32 }, recipe.Model);
        Assert.Equal(new OptimizerSettings { Lr = 0.25, BatchSize = 7 }, recipe.Optimizer);
    }

    [Fact]
    public void Another_name_drops_the_settings_of_the_first()
    {
        _folder.Write("base.toml", "[task]\nname = 'sorting'\nlength = 5\n[model]\nname = 'attention'\nd_model = 32\nn_heads = 8");
        string path = _folder.Write("top.toml",
            "extends = 'base.toml'\n[model]\nname = 'recurrence'\nd_state = 4\n[task]\nname = 'counting'");

        Recipe recipe = Read(path);

        Assert.Equal(new RecurrenceSettings { DState = 4 }, recipe.Model);
        Assert.Equal(new CountingSettings(), recipe.Task);
    }

    [Fact]
    public void The_same_name_again_keeps_the_settings()
    {
        _folder.Write("base.toml", "[task]\nname = 'sorting'\n[model]\nname = 'attention'\nn_heads = 8");
        string path = _folder.Write("top.toml", "extends = 'base.toml'\n[model]\nname = 'attention'\nd_model = 32");

        Recipe recipe = Read(path);

        Assert.Equal(new AttentionSettings { DModel = 32, NHeads = 8 }, recipe.Model);
    }

    [Fact]
    public void Files_extend_in_a_chain_and_from_folders_below()
    {
        _folder.Write("shared/base.toml", "[task]\nname = 'sorting'\nlength = 1\n[model]\nname = 'attention'");
        _folder.Write("middle.toml", "extends = 'shared/base.toml'\n[task]\nseed = 2");
        string path = _folder.Write("top.toml", "extends = 'middle.toml'\n[run]\nseed = 3");

        Recipe recipe = Read(path);

        Assert.Equal((new SortingSettings { Length = 1, Seed = 2 }, 3L), (recipe.Task, recipe.Run.Seed));
    }

    [Fact]
    public void A_setting_for_state_spaces_is_allowed_on_other_models_when_it_is_inherited()
    {
        _folder.Write("base.toml", "[task]\nname = 'sorting'\n[optimizer]\nssm_lr = 0.002");
        string path = _folder.Write("top.toml", "extends = 'base.toml'\n[model]\nname = 'attention'");

        Recipe recipe = Read(path);

        Assert.Equal(0.002, recipe.Optimizer.SsmLr);
    }

    [Fact]
    public void Problems_name_the_file_they_are_in()
    {
        string below = _folder.Write("base.toml", "[task]\nname = 'sorting'\nlenght = 1");
        string path = _folder.Write("top.toml", "extends = 'base.toml'\n[model]\nname = 'attention'\nd_modle = 1");

        RecipeException e = Assert.Throws<RecipeException>(() => Read(path));

        Assert.Equal([(path, 4), (below, 3)], e.Problems.Select(p => (p.File, p.Line)));
    }

    [Theory]
    [InlineData("../other.toml")]
    [InlineData("a/../../other.toml")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\\\other.toml")]
    [InlineData("C:\\\\other.toml")]
    [InlineData("")]
    [InlineData("\\u0000")]
    public void Files_outside_the_folder_are_refused(string name)
    {
        RecipeProblem problem = SingleProblem($"extends = \"{name}\"\n[task]\nname = 'sorting'\n[model]\nname = 'attention'");

        Assert.Equal((1, 11), (problem.Line, problem.Column));
        Assert.EndsWith("expected the name of a file in the same folder or below it", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cycle_is_refused()
    {
        _folder.Write("a.toml", "extends = 'b.toml'\n[task]\nname = 'sorting'");
        string path = _folder.Write("b.toml", "extends = './a.toml'\n[model]\nname = 'attention'");

        RecipeProblem problem = Assert.Single(Assert.Throws<RecipeException>(() => Read(path)).Problems);

        Assert.Equal("'b.toml' extends itself, directly or through another file", problem.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_reported_where_it_is_named_with_its_neighbours()
    {
        _folder.Write("compare.toml", "");
        string path = _folder.Write("a.toml", "\nextends = 'compere.toml'\n[model]\nname = 'attention'");

        RecipeProblem problem = Assert.Single(Assert.Throws<RecipeException>(() => Read(path)).Problems);

        Assert.Equal((path, 2, 11), (problem.File, problem.Line, problem.Column));
        Assert.EndsWith("recipes there: a.toml, compare.toml\ndid you mean 'compare.toml'?", problem.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_before_the_first_section_is_named()
    {
        RecipeProblem problem = SingleProblem("extend = 'x.toml'\n[task]\nname = 'sorting'\n[model]\nname = 'attention'");

        Assert.Equal("the key 'extend' stands before the first section", problem.Message);
        Assert.Contains("did you mean 'extends'?", problem.Hint, StringComparison.Ordinal);
    }

    private static Recipe Read(string path) => RecipeReader.Read(path, [], new TestCatalog());

    private static RecipeProblem SingleProblem(string text) =>
        Assert.Single(Assert.Throws<RecipeException>(() => RecipeReader.Parse(text, "a.toml", [], new TestCatalog())).Problems);
}

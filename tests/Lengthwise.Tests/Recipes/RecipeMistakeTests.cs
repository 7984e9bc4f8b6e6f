using Lengthwise.Recipes;

namespace Lengthwise.Tests.Recipes;

public class RecipeMistakeTests
{
    private const string Smallest = """
        [task]
        name = "sorting"
        [model]
        name = "attention"

        """;

    [Fact]
    public void Ten_planted_mistakes_are_ten_problems_with_their_lines_and_suggestions()
    {
        string path = Approved.PathOf("ten-mistakes.toml");

        RecipeException e = Assert.Throws<RecipeException>(() => RecipeReader.Read(path, [], new TestCatalog()));

        string report = RecipeProblemText.Format(e.Problems).Replace(path, "ten-mistakes.toml", StringComparison.Ordinal) + "\n";
        Assert.Equal(10, e.Problems.Count);
        Approved.Equal("ten-mistakes", report);
    }

    [Fact]
    public void Contradictions_are_named_beside_other_mistakes_even_of_an_unknown_model()
    {
        string text = """
            [task]
            name = "sorting"
            [model]
            name = "atention"
            d_model = 0
            [objective]
            name = "causal"
            mask_ratio = 0.5
            [optimizer]
            warmup_steps = 1
            warmup_ratio = 0.1
            """;

        int[] lines = [.. Problems(text).Select(p => p.Line)];

        // Unknown model, width out of range, no pretraining budget, and a model that sees the future (both at 'causal'), mask ratio, warm-up.
        Assert.Equal([4, 5, 7, 8, 10], lines.Distinct());
    }

    [Fact]
    public void A_value_that_is_refused_is_not_blamed_for_what_its_default_contradicts()
    {
        RecipeProblem problem = Assert.Single(Problems(Smallest + "[objective]\nname = \"masked\"\n[budget]\npretrain = \"many\""));

        Assert.Equal(8, problem.Line);
    }

    [Theory]
    [InlineData("[optimizer]\nlr = nan", 6, 6, "'lr' is the number nan; expected a finite number from 1e-08 to 10")]
    [InlineData("[optimizer]\nlr = inf", 6, 6, "'lr' is the number inf; expected a finite number from 1e-08 to 10")]
    [InlineData("[optimizer]\nlr = 1e999", 6, 6, "'lr' is the number inf; expected a finite number from 1e-08 to 10")]
    [InlineData("[optimizer]\nlr = \"0.1\"", 6, 6, "'lr' is the text '0.1'; expected a finite number from 1e-08 to 10")]
    [InlineData("[optimizer]\nlr = 11", 6, 6, "'lr' is 11; expected 1e-08 to 10")]
    [InlineData("n_heads = 3000000000", 5, 11, "'n_heads' is the integer 3000000000; expected an integer from 1 to 1024")]
    [InlineData("n_heads = 99999999999999999999", 5, 11, "an integer that does not fit into 64 bits")]
    [InlineData("n_heads = 4.0", 5, 11, "'n_heads' is the number 4; expected an integer from 1 to 1024")]
    [InlineData("n_heads = 0", 5, 11, "'n_heads' is 0; expected 1 to 1024")]
    [InlineData("n_heads = [4]", 5, 11, "'n_heads' is a list; expected an integer from 1 to 1024")]
    [InlineData("n_heads = 1979-05-27", 5, 11, "'n_heads' is a date or time; expected an integer from 1 to 1024")]
    [InlineData("prenorm = 1", 5, 11, "'prenorm' is the integer 1; expected true or false")]
    [InlineData("prenorm = True", 5, 11, "'True' is not a TOML value")]
    [InlineData("norm = \"bach\"", 5, 8, "unknown value 'bach' for 'norm'")]
    [InlineData("norm = 1", 5, 8, "'norm' is the integer 1; expected 'layer' or 'batch' or 'scale' or 'none'")]
    [InlineData("norm = layer", 5, 8, "'layer' is not a TOML value")]
    [InlineData("norm = C:\\data", 5, 8, "'C:\\data' is not a TOML value")]
    [InlineData("n_heads = four # heads", 5, 11, "'four' is not a TOML value")]
    [InlineData("dropout = .5", 5, 11, "not valid TOML: Unexpected token '.' for a value")]
    [InlineData("n_heads: 4", 5, 8, "not valid TOML: Expecting '=' after a key instead of :")]
    [InlineData("norm =", 5, 7, "no value after 'norm ='")]
    [InlineData("n_heads = 2\nn_heads = 4", 6, 1, "'n_heads' is given twice in [model]; first in line 5")]
    [InlineData("[model]", 5, 1, "[model] is opened twice; it starts in line 3")]
    [InlineData("[[run]]", 5, 1, "[[run]] is a list of tables")]
    [InlineData("[run.sub]", 5, 1, "unknown section 'run.sub'")]
    [InlineData("a.b = 1", 5, 1, "unknown key 'a.b' in [model]")]
    [InlineData("\"d model\" = 1", 5, 1, "unknown key 'd model' in [model]")]
    [InlineData("[runn]", 5, 1, "unknown section [runn]")]
    [InlineData("n_heads = 3", 5, 1, "'d_model' 64 is not a multiple of 'n_heads' 3")]
    [InlineData("[objective]\nname = \"causal\"\n[budget]\npretrain = 1", 6, 1,
        "objective 'causal' needs 'model.bidirectional = false': a model that sees the next step would copy it")]
    [InlineData("[objective]\nmask_ratio = 0.5", 6, 1, "'objective.mask_ratio' only has an effect with objective 'masked'")]
    [InlineData("[pretraining]\nlr = 0.5", 5, 1, "objective 'scratch' has no use for a [pretraining] section")]
    [InlineData("[budget]\npretrain = 0.5", 6, 1, "objective 'scratch' does not pretrain; set 'budget.pretrain' to 0, or the objective to 'scratch-matched', which gives the labels both budgets")]
    [InlineData("[objective]\nname = 'masked'", 6, 1, "objective 'masked' needs 'budget.pretrain' above 0")]
    [InlineData("[optimizer]\nwarmup_steps = 1\nwarmup_ratio = 0.1", 6, 1, "'warmup_steps' and 'warmup_ratio' are both given; keep one")]
    [InlineData("[compare]\nseeds = 0", 6, 9, "'seeds' is 0; expected 1 to 1000")]
    [InlineData("[compare]\nlr_grid = [0.1, 20]", 6, 17, "'lr_grid' contains 20; expected 1e-08 to 10")]
    [InlineData("[compare]\nlr_grid = 0.1", 6, 11, "'lr_grid' is the number 0.1; expected a list of numbers")]
    public void A_mistake_is_named_at_its_place(string added, int line, int column, string message)
    {
        RecipeProblem problem = Assert.Single(Problems(Smallest + added));

        Assert.Equal(new RecipeProblem("a.toml", line, column, message), problem with { Hint = "" });
    }

    [Theory]
    [InlineData("[task]\nname = \"sorting\"\nlength = 3", 0, "'model.name' is missing", "known models: attention, recurrence")]
    [InlineData("[model]\nname = \"attention\"\n[task]\n", 3, "'task.name' is missing", "known tasks: counting, sorting")]
    [InlineData("[model]\nname = \"atention\"\n[task]\nname = \"sorting\"", 2, "unknown model 'atention'",
        "known models: attention, recurrence\ndid you mean 'attention'?")]
    [InlineData("[model]\nname = 3\n[task]\nname = \"sorting\"", 2, "'name' in [model] is the integer 3; expected the name of a model",
        "known models: attention, recurrence")]
    public void A_name_that_is_missing_or_unknown_comes_with_the_known_ones(string text, int line, string message, string hint)
    {
        RecipeProblem problem = Assert.Single(Problems(text));

        Assert.Equal((line, message, hint), (problem.Line, problem.Message, problem.Hint));
    }

    [Theory]
    [InlineData("[model]", "d_state", "'d_state' belongs to model 'recurrence'")]
    [InlineData("[model]", "lr", "'lr' belongs to [optimizer]")]
    [InlineData("[run]", "d_model", "'d_model' belongs to [model]")]
    [InlineData("[run]", "length", "'length' belongs to task 'sorting'")]
    public void A_key_of_another_section_or_model_is_recognised(string section, string key, string expected)
    {
        string text = $"[task]\nname = \"sorting\"\n[model]\nname = \"attention\"\n{(section == "[model]" ? "" : section)}\n{key} = 1";

        RecipeProblem problem = Assert.Single(Problems(text));

        Assert.EndsWith(expected, problem.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decimal_comma_is_recognised()
    {
        RecipeProblem problem = Assert.Single(Problems(Smallest + "dropout = 0,5"));

        Assert.Equal((5, 12, "write decimals with a point"), (problem.Line, problem.Column, problem.Hint));
    }

    [Theory]
    [InlineData('[')]
    [InlineData('\uD800')]
    public void A_line_that_the_parser_gives_up_on_is_named_and_the_others_are_still_read(char repeated)
    {
        IReadOnlyList<RecipeProblem> problems = Problems($"{Smallest}norm = {new string(repeated, 100)}\nn_heads = 0");

        Assert.Equal([5, 6], problems.Select(p => p.Line));
    }

    [Theory]
    [InlineData("weights = [0.1,\n  0.2", "the value that starts with [ is not closed")]
    [InlineData("weights = [", "the value that starts with [ is not closed")]
    [InlineData("weights = {a=1", "the value that starts with { is not closed")]
    [InlineData("file = \"\"\"rows", "the value that starts with \"\"\" is not closed")]
    [InlineData("file = '''rows", "the value that starts with ''' is not closed")]
    public void A_value_that_is_not_closed_is_named_where_it_starts_and_what_is_below_is_still_read(string value, string message)
    {
        IReadOnlyList<RecipeProblem> problems =
            Problems($"[task]\nname = \"sorting\"\n{value}\n[model]\nname = \"attention\"\nn_heads = 0");

        Assert.Equal([message, "'n_heads' is 0; expected 1 to 1024"], problems.Select(p => p.Message));
        Assert.Equal(3, problems[0].Line);
    }

    [Fact]
    public void A_damaged_line_does_not_spoil_the_lines_below_it()
    {
        IReadOnlyList<RecipeProblem> problems = Problems("""
            [task
            name = sorting
            length == 4
            [model]
            name = "attention
            n_heads = 0
            d_model = 1 2
            """);

        Assert.Equal([(1, 6), (2, 8), (3, 9), (5, 18), (6, 11), (7, 13)], problems.Select(p => (p.Line, p.Column)));
    }

    [Theory]
    [InlineData("model.d_modle=3", "unknown key 'd_modle' in [model]")]
    [InlineData("modle.d_model=3", "unknown section 'modle' in the override 'modle.d_model=3'")]
    [InlineData("d_model=3", "cannot read the override 'd_model=3'")]
    [InlineData("model.d_model", "cannot read the override 'model.d_model'")]
    [InlineData("a.b.c=1", "cannot read the override 'a.b.c=1'")]
    [InlineData("model.d_model=", "cannot read the value '' of the override 'model.d_model'")]
    [InlineData("model.d_model=\"3", "cannot read the value '\"3' of the override 'model.d_model'")]
    [InlineData("model.d_model=1\nrun.seed=2", "cannot read the value '1\\u000Arun.seed=2' of the override 'model.d_model'")]
    [InlineData("model.d_model=four", "'d_model' is the text 'four'; expected an integer from 1 to 65536")]
    [InlineData("compare.seeds=3", "'compare.seeds' has no effect on a single run")]
    [InlineData("objective.mask_ratio=0.3", "'objective.mask_ratio' only has an effect with objective 'masked'")]
    public void A_mistake_in_an_override_is_reported_as_the_option(string text, string message)
    {
        RecipeProblem problem = Assert.Single(Problems(Smallest, text));

        Assert.Equal(new RecipeProblem("--set", 0, 0, message), problem with { Hint = "" });
    }

    [Fact]
    public void A_damaged_file_of_the_largest_size_gives_a_bounded_list()
    {
        string text = Smallest + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"key_{i} = 1\n"));

        IReadOnlyList<RecipeProblem> problems = Problems(text);

        Assert.Equal(101, problems.Count);
        Assert.StartsWith("more than 100 problems", problems[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_of_a_file_do_not_reach_the_terminal()
    {
        RecipeProblem problem = Assert.Single(Problems(Smallest + "\"\\u001b[2J\\u202e\" = 1"));

        Assert.StartsWith("error: unknown key '\\u001B[2J\\u202E' in [model]\n  --> a.toml(5,1)\n  known keys: name, d_model",
            RecipeProblemText.Format(problem), StringComparison.Ordinal);
    }

    private static IReadOnlyList<RecipeProblem> Problems(string text, params string[] overrides) =>
        Assert.Throws<RecipeException>(() => RecipeReader.Parse(text, "a.toml", overrides, new TestCatalog())).Problems;
}

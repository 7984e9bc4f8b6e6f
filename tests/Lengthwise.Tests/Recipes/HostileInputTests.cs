using System.Globalization;
using CsCheck;
using Lengthwise.Recipes;

namespace Lengthwise.Tests.Recipes;

public class HostileInputTests
{
    private static readonly string[] Fragments =
    [
        "[task]\n", "[model]\n", "[", "]", "[[", "name", " = ", "\"", "'", "'''", "\"\"\"", "sorting", "\"sorting\"", "\"attention\"",
        "lr", ".", ",", "{", "}", "\n", "\r\n", "#", "nan", "-inf", "1e999", "0x", "99999999999999999999", "1979-05-27", "true",
        "extends", "\0", "\\u", "\uD800", "é", "\t", "-", "_", "1",
    ];

    private static readonly Gen<string> Garbage =
        Gen.Int[0, Fragments.Length - 1].Select(i => Fragments[i]).Array[0, 40].Select(string.Concat);

    [Fact]
    public void Garbage_is_a_recipe_or_a_recipe_exception()
    {
        Garbage.Sample(text => ReadsOrExplains(() => RecipeReader.Parse(text, "a.toml", [], new TestCatalog())), iter: 3000);
    }

    [Fact]
    public void Any_text_is_a_recipe_or_a_recipe_exception()
    {
        Gen.String.Sample(text => ReadsOrExplains(() => RecipeReader.Parse(text, "a.toml", [], new TestCatalog())), iter: 1000);
    }

    [Fact]
    public void Garbage_in_overrides_is_a_recipe_or_a_recipe_exception()
    {
        string recipe = "[task]\nname = \"sorting\"\n[model]\nname = \"attention\"\n";

        Gen.Select(Garbage, Gen.OneOf(Gen.Const(""), Gen.Const("model.d_model="), Gen.Const("task.weights=")))
            .Sample((text, key) => ReadsOrExplains(() => RecipeReader.Parse(recipe, "a.toml", [key + text], new TestCatalog())),
                iter: 3000);
    }

    [Theory]
    [InlineData("[", "")]
    [InlineData("{a=", "")]
    [InlineData("[[", "]]")]
    [InlineData("\"", "")]
    public void Deep_nesting_is_refused(string opening, string closing)
    {
        string text = $"[task]\nweights = {Repeat(opening, 50_000)}{Repeat(closing, 50_000)}\n";

        Assert.Throws<RecipeException>(() => RecipeReader.Parse(text, "a.toml", [], new TestCatalog()));
    }

    [Fact]
    public void An_override_that_nests_deeply_is_refused()
    {
        Assert.Throws<RecipeException>(() => RecipeReader.Parse("", "a.toml", ["task.weights=" + Repeat("[", 50_000)], new TestCatalog()));
    }

    [Fact]
    public void Text_above_the_limit_is_refused()
    {
        string text = new('#', 1024 * 1024 + 1);

        RecipeException e = Assert.Throws<RecipeException>(() => RecipeReader.Parse(text, "a.toml", [], new TestCatalog()));

        Assert.StartsWith("the file is larger", e.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_broken_lines_end_with_a_short_list()
    {
        RecipeException e = Assert.Throws<RecipeException>(() => RecipeReader.Parse(Repeat("=\n", 100_000), "a.toml", [],
            new TestCatalog()));

        Assert.Equal(101, e.Problems.Count);
    }

    [Fact]
    public void Decimal_commas_of_the_culture_change_nothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            string text = "[task]\nname = \"sorting\"\nweights = [0.5]\n[model]\nname = \"attention\"\n[optimizer]\nlr = 0.25\n";

            Recipe recipe = RecipeReader.Parse(text, "a.toml", ["model.dropout=0.125"], new TestCatalog());
            string written = RecipeWriter.ToToml(recipe, []);
            RecipeException e = Assert.Throws<RecipeException>(() => RecipeReader.Parse(text, "a.toml", ["model.dropout=1.5"],
                new TestCatalog()));

            Assert.Equal((0.25, 0.125), (recipe.Optimizer.Lr, recipe.Model.Dropout));
            Assert.Contains("weights = [0.5]\n", written, StringComparison.Ordinal);
            Assert.Equal("'dropout' is 1.5; expected 0 to 0.95", e.Problems[0].Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static void ReadsOrExplains(Func<Recipe> read)
    {
        try
        {
            read();
        }
        catch (RecipeException e)
        {
            Assert.NotEmpty(e.Problems);
            Assert.All(e.Problems, p => Assert.NotEmpty(RecipeProblemText.Format(p)));
        }
    }
}

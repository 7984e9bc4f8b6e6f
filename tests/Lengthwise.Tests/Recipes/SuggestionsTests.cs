using CsCheck;
using Lengthwise.Recipes;

namespace Lengthwise.Tests.Recipes;

public class SuggestionsTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("d_modle", "d_model", 1)]
    [InlineData("lenght", "length", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("abc", "", 3)]
    public void Distance_counts_edits_and_swaps(string a, string b, int expected)
    {
        Assert.Equal(expected, Suggestions.Distance(a, b));
    }

    [Fact]
    public void Distance_is_symmetric_and_zero_only_for_equal_words()
    {
        Gen.Select(Words, Words).Sample((a, b) =>
        {
            Assert.Equal(Suggestions.Distance(a, b), Suggestions.Distance(b, a));
            Assert.Equal(a == b, Suggestions.Distance(a, b) == 0);
        });
    }

    [Fact]
    public void At_most_three_are_suggested_nearest_first()
    {
        IReadOnlyList<string> suggested = Suggestions.For("n_layer", ["m_layers", "n_layers", "n_layer2", "xn_layer", "dropout"]);

        Assert.Equal(["n_layer2", "n_layers", "xn_layer"], suggested);
    }

    [Theory]
    [InlineData("")]
    [InlineData("zzzz")]
    public void Nothing_is_suggested_for_what_resembles_nothing(string written)
    {
        Assert.Empty(Suggestions.For(written, ["d_model", "n_layers"]));
    }

    [Fact]
    public void Capitals_do_not_hide_a_name()
    {
        Assert.Equal(["d_model"], Suggestions.For("D_Model", ["d_model"]));
    }

    private static readonly Gen<string> Words = Gen.Char['a', 'c'].Array[0, 8].Select(chars => new string(chars));
}

using System.Globalization;
using System.Text.RegularExpressions;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Recipes;

/// <summary>Every shipped recipe makes a model of the size that its header and docs/parameter-counts.md state.</summary>
public sealed partial class ParameterCountTests
{
    private static readonly IReadOnlyDictionary<string, Row> Table = ReadTable();

    public static TheoryData<string> Recipes => [.. PublishedRecipe.Names];

    public static TheoryData<string> Rows => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipes_model_has_the_stated_number_of_parameters(string name)
    {
        PublishedRecipe published = PublishedRecipe.Read(name);
        // The initial C of S4 takes a while; its size is that of any other.
        Recipe recipe = published.Recipe;
        if (recipe.Model is S4.Settings s4) recipe = recipe with { Model = s4 with { Init = S4Init.Random } };

        using SequenceModel model = (published with { Recipe = recipe }).Create(published.MaxLength);

        string count = model.ParameterCount.ToString("N0", CultureInfo.InvariantCulture);
        Assert.Equal(name[..name.IndexOf('/', StringComparison.Ordinal)], published.Recipe.TaskName);
        Assert.True(Table.TryGetValue(name, out Row? row) && row.Parameters == count, $"docs/parameter-counts.md: | `{name}` | {count} |");
        Assert.Equal($"# Size:     {count} parameters", File.ReadLines(PublishedRecipe.PathOf(name)).FirstOrDefault(line => line.StartsWith("# Size:", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_table_has_no_recipe_that_is_not_there() => Assert.Equal(PublishedRecipe.Names, Table.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Counts_derived_by_hand_and_printed_in_articles_agree_to_their_digits_or_the_difference_is_explained(string name)
    {
        Row row = Table[name];
        double count = double.Parse(row.Parameters, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

        foreach (string other in (string[])[.. row.Derived.Split(" = "), row.Printed])
            Assert.True(other.Length == 0 || Rounded(count, other) == other || row.Remark.Length > 0, $"{name}: {row.Parameters} and {other}");
    }

    /// <summary>The count in the unit and with the digits of another, such as 0.60 M or 995,210.</summary>
    private static string Rounded(double count, string like)
    {
        Match match = RoundedCount().Match(like);
        if (!match.Success) return count.ToString("N0", CultureInfo.InvariantCulture);
        double unit = match.Groups["unit"].Value == "M" ? 1e6 : 1e3;
        return (count / unit).ToString("F" + match.Groups["digits"].Length, CultureInfo.InvariantCulture) + " " + match.Groups["unit"].Value;
    }

    private static Dictionary<string, Row> ReadTable() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "docs", "parameter-counts.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray())
            .ToDictionary(cells => cells[0].Trim('`'), cells => new Row(cells[1], cells[2], cells[3], cells[4]));

    [GeneratedRegex(@"^\d+(\.(?<digits>\d+))? (?<unit>[MK])$")]
    private static partial Regex RoundedCount();

    private sealed record Row(string Parameters, string Derived, string Printed, string Remark);
}

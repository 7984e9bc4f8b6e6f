using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Tasks.Pathfinder;

public sealed class PathfinderRecipesTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "recipes");

    public static TheoryData<string> Published =>
        [.. from task in (string[])["pathfinder", "path-x", "pathx-256"] from file in Directory.EnumerateFiles(Path.Combine(Folder, task), "*.toml") select Path.GetRelativePath(Folder, file)];

    [Theory]
    [MemberData(nameof(Published))]
    public void A_published_setting_reads_without_problems_and_says_where_it_comes_from(string file)
    {
        Recipe recipe = RecipeReader.Read(Path.Combine(Folder, file), [], new SettingsCatalog());

        Assert.Equal(file.Split(Path.DirectorySeparatorChar)[0], recipe.TaskName);
        string text = File.ReadAllText(Path.Combine(Folder, file));
        Assert.All((string[])["# Source:", "# Expected:", "# Cost:", "# Command:"], line => Assert.Contains(line, text, StringComparison.Ordinal));
        Assert.True(text.Contains("Assumption:", StringComparison.Ordinal) || text.Contains("Deviation:", StringComparison.Ordinal));
    }
}

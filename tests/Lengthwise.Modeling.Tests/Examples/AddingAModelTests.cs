namespace Lengthwise.Modeling.Tests.Examples;

/// <summary>The worked example of docs/adding-a-model.md is a model that is compiled, tested (EmaTests) and shipped, and the files it names exist.</summary>
public sealed class AddingAModelTests
{
    private static string Page { get; } = Read("docs", "adding-a-model.md");

    [Theory]
    [InlineData("Ema.cs")]
    [InlineData("EmaTests.cs")]
    public void The_page_shows_the_file_that_is_compiled(string file) =>
        Assert.Contains($"```csharp\n{Read("Examples", file).TrimEnd()}\n```", Page, StringComparison.Ordinal);

    [Fact]
    public void The_presets_and_approved_names_that_it_speaks_of_are_there() => Assert.All(
        ["recipes/markov-sources/default/ema.toml", "recipes/own-data/default/ema.toml", "Models/Approved/ema.txt"],
        file => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, file)) && Page.Contains(file, StringComparison.Ordinal), file));

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([AppContext.BaseDirectory, .. path])).ReplaceLineEndings("\n");
}

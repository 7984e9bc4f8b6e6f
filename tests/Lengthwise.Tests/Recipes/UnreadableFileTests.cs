using Lengthwise.Recipes;

namespace Lengthwise.Tests.Recipes;

public sealed class UnreadableFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_file_is_one_problem()
    {
        RecipeProblem problem = SingleProblem(Path.Combine(_folder.Root, "none.toml"));

        Assert.StartsWith("there is no file", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_one_problem()
    {
        RecipeProblem problem = SingleProblem(Path.Combine(_folder.Root, "none", "none.toml"));

        Assert.StartsWith("there is no file", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_one_problem()
    {
        RecipeProblem problem = SingleProblem(_folder.Root);

        Assert.EndsWith("it is a folder", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_above_the_limit_is_one_problem_and_is_not_read_to_its_end()
    {
        string path = _folder.Write("large.toml", "");
        using (FileStream stream = File.OpenWrite(path)) stream.SetLength(50L << 30);

        RecipeProblem problem = SingleProblem(path);

        Assert.StartsWith("the file is larger than 1024 KiB", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_one_problem()
    {
        string path = _folder.Write("bytes.toml", "");
        File.WriteAllBytes(path, [0x5B, 0xFF, 0xFE, 0x00]);

        RecipeProblem problem = SingleProblem(path);

        Assert.Equal("the file is not UTF-8 text", problem.Message);
    }

    private static RecipeProblem SingleProblem(string path) =>
        Assert.Single(Assert.Throws<RecipeException>(() => RecipeReader.Read(path, [], new TestCatalog())).Problems);
}

using Lengthwise.Experiments;

namespace Lengthwise.Tests.Experiments;

public sealed class StartNoteTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("lengthwise-start-");

    private DirectoryInfo Folder => new(Path.Combine(_root.FullName, "a"));

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void What_was_written_is_read_back()
    {
        StartNote.Write(Folder, ["compare", "--out", "with space"]);

        StartNote note = StartNote.Read(Folder);

        Assert.Equal(["compare", "--out", "with space"], note.Arguments);
        Assert.Equal(Environment.CurrentDirectory, note.WorkingDirectory);
    }

    [Fact]
    public void A_folder_that_was_moved_is_not_started()
    {
        StartNote.Write(Folder, ["compare"]);
        Folder.MoveTo(Path.Combine(_root.FullName, "b"));

        var refusal = Assert.Throws<LengthwiseException>(() => StartNote.Read(new DirectoryInfo(Path.Combine(_root.FullName, "b"))));

        Assert.Contains("was started as", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"arguments\":null,\"working_directory\":\"/\",\"folder\":\"/\"}")]
    [InlineData("[1,2")]
    public void A_damaged_note_is_an_error_that_says_what_to_do(string text)
    {
        Folder.Create();
        File.WriteAllText(Path.Combine(Folder.FullName, "start.json"), text);

        var refusal = Assert.Throws<LengthwiseException>(() => StartNote.Read(Folder));

        Assert.Contains("in a terminal", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_note_says_so()
    {
        Folder.Create();

        var refusal = Assert.Throws<LengthwiseException>(() => StartNote.Read(Folder));

        Assert.Contains("does not say how it was started", refusal.Message, StringComparison.Ordinal);
    }
}

using System.Runtime.InteropServices;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tests.Data;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Tasks;

/// <summary>Files that are given to <c>predict</c> become the very sequences that training saw.</summary>
public sealed class PredictionSourceTests
{
    [Theory]
    [InlineData("bidmc")]
    [InlineData("image")]
    [InlineData("own-data")]
    [InlineData("retrieval")]
    [InlineData("scifar")]
    [InlineData("speech-commands")]
    [InlineData("text")]
    public void Files_of_the_test_split_are_read_for_prediction_as_they_were_for_training(string name)
    {
        using var folder = new TemporaryFolder();
        string[] overrides = TinyTasks.Overrides(name, folder.Directory);
        Recipe recipe = RecipeReader.Parse($"[task]\nname = '{name}'\n[model]\nname = 's4d'\n", "recipe.toml", overrides, new SettingsCatalog());
        SequenceTask task = TaskCatalog.Create(name, recipe.Task);
        using PreparedTask data = task.Prepare(folder.Directory, null, CancellationToken.None);
        string path = overrides.Single(o => o.StartsWith("task.path=", StringComparison.Ordinal))["task.path=".Length..].Trim('\'');

        var encoder = new SequenceEncoder(data.Encoding!);
        HashSet<string> read = [.. task.OpenForPrediction(path).Parts
            .SelectMany(part => part.Read(new BadRows(maySkip: false), CancellationToken.None))
            .Select(record => Text(encoder.Encode(record.Content, record.Where)))];

        Assert.All(Enumerable.Range(0, data.Test.Count), row => Assert.Contains(Text(data, row), read));
    }

    [Fact]
    public void A_clip_on_its_own_is_resampled_and_padded_as_in_training()
    {
        using var folder = new TemporaryFolder();
        TinyTasks.Overrides("speech-commands", folder.Directory);
        FileInfo clip = folder.Directory.GetFiles("*.wav", SearchOption.AllDirectories)[0];
        DirectoryInfo alone = folder.Directory.CreateSubdirectory("alone");
        clip.CopyTo(Path.Combine(alone.FullName, "clip.wav"));
        var task = new SpeechCommands(new SpeechCommandsSettings { Words = 10, SampleRate = 800 });

        SequenceRecord record = Assert.Single(task.OpenForPrediction(alone.FullName).Parts.SelectMany(p => p.Read(new BadRows(maySkip: false), CancellationToken.None)));

        Assert.Equal(800, Assert.IsType<SequenceContent.Reals>(record.Content).Values.Length);
    }

    // Rounded, since bytes with a scaling and values that were scaled differ in the last digit.
    private static string Text(EncodedSequence sequence) => sequence.Tokens.Length > 0
        ? Convert.ToHexString(MemoryMarshal.AsBytes(sequence.Tokens))
        : string.Join(' ', sequence.Values.ToArray().Select(v => Math.Round(v, 3)));

    private static string Text(PreparedTask data, int row) => data.Shape.Input is TokenInput
        ? Convert.ToHexString(MemoryMarshal.AsBytes(data.Test.Tokens(row)))
        : string.Join(' ', data.Test.Values(row).ToArray().Select(v => Math.Round(v, 3)));
}

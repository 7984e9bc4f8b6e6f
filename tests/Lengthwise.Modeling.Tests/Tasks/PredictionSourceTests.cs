using System.Runtime.InteropServices;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tasks.Pathfinder;
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

        HashSet<string> read = [.. Read(task, data, path)];

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

    [Fact]
    public void Expressions_with_and_without_labels_become_what_listops_trained_on()
    {
        using var folder = new TemporaryFolder();
        var task = new ListOps(new ListOpsSettings { TrainSize = 4, ValidationSize = 2, TestSize = 6, MinLength = 8, MaxLength = 40 });
        using PreparedTask data = task.Prepare(folder.Directory, null, CancellationToken.None);
        FileInfo labelled = ListOpsFile.Write(folder.Directory.CreateSubdirectory("release"), data, null, TestContext.Current.CancellationToken)[2];
        string bare = Path.Combine(folder.Directory.FullName, "new.txt");
        string[] expressions = [.. Enumerable.Range(0, 6).Select(row => ListOps.Expression(data.Test, row).ToText())];
        File.WriteAllLines(bare, expressions);

        string[] ofLabelled = Read(task, data, labelled.FullName), ofBare = Read(task, data, bare);

        Assert.Equal(Enumerable.Range(0, 6).Select(row => Text(data, row)), ofLabelled);
        Assert.Equal(ofLabelled, ofBare);
    }

    [Fact]
    public void A_damaged_expression_is_reported_with_its_line()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Directory.FullName, "new.txt");
        File.WriteAllLines(path, ["[MAX 1 2 ]", "[MAX 1", "7"]);
        var problems = new BadRows(maySkip: true);

        SequenceRecord[] read = [.. new ListOps(new ListOpsSettings()).OpenForPrediction(path).Parts.SelectMany(p => p.Read(problems, TestContext.Current.CancellationToken))];

        Assert.Equal(2, read.Length);
        Assert.Contains("new.txt(2,", Assert.Single(problems.Notes(), n => n.Contains("new.txt", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28)]
    [InlineData(14)]
    public void Clothing_pictures_become_what_fashion_mnist_trained_on(int side)
    {
        using var folder = new TemporaryFolder();
        var task = new FashionMnist(new FashionMnistSettings { Side = side, TrainSize = 20, ValidationSize = 5, TestSize = 30 });
        using PreparedTask data = task.Prepare(folder.Directory, null, CancellationToken.None);
        string path = Path.Combine(folder.Directory.FullName, "t10k-images-idx3-ubyte.gz");
        using (Stream embedded = typeof(FashionMnist).Assembly.GetManifestResourceStream("FashionMnist/t10k-images-idx3-ubyte.gz")!)
        using (FileStream file = File.Create(path)) embedded.CopyTo(file);

        string[] read = Read(task, data, path);

        using (FileStream gzip = File.OpenRead(path))
            File.WriteAllBytes(Path.Combine(folder.Directory.CreateSubdirectory("alone").FullName, "mine.png"), ImageFile.EncodePng(new PixelImage(28, 28, ImageColour.Grey, Idx.ReadGzip(gzip, path, 3).Bytes[..784])));

        Assert.Equal(read[..1], Read(task, data, Path.Combine(folder.Directory.FullName, "alone")));
        Assert.Equal(1000, read.Length);
        Assert.Equal(Enumerable.Range(0, 30).Select(row => Text(data, row)), read[..30]);
    }

    [Theory]
    [InlineData("image")]
    [InlineData("scifar")]
    public void Loose_pictures_are_scaled_as_in_training(string name)
    {
        using var folder = new TemporaryFolder();
        var pixels = new byte[32 * 32 * 3];
        new Random(1).NextBytes(pixels);
        DirectoryInfo alone = folder.Directory.CreateSubdirectory("alone");
        File.WriteAllBytes(Path.Combine(alone.FullName, "mine.png"), ImageFile.EncodePng(new PixelImage(32, 32, ImageColour.Rgb, pixels)));
        SequenceTask task = name == "image" ? new Image(new ImageSettings()) : new SCifar(new SCifarSettings());

        SequenceRecord record = Assert.Single(task.OpenForPrediction(alone.FullName).Parts.SelectMany(p => p.Read(new BadRows(maySkip: false), CancellationToken.None)));

        byte[] expected = name == "scifar" ? pixels : [.. pixels.Chunk(3).Select(p => (byte)((19595 * p[0] + 38470 * p[1] + 7471 * p[2] + 32768) >> 16))];
        Assert.Equal(expected, Assert.IsType<SequenceContent.Levels>(record.Content).Values.ToArray());
    }

    [Fact]
    public void Pictures_of_another_size_are_refused()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Directory.FullName, "images-idx3-ubyte");
        File.WriteAllBytes(path, [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]);
        RecordSource source = new FashionMnist(new FashionMnistSettings()).OpenForPrediction(path);

        var error = Assert.Throws<LengthwiseException>(() => source.Parts[0].Read(new BadRows(maySkip: false), CancellationToken.None).ToArray());

        Assert.Contains("2 x 2, expected 28 x 28", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_the_layout_of_the_release_is_read_for_pathfinder()
    {
        using var folder = new TemporaryFolder();
        var drawn = new PathfinderSettings { TrainSize = 4, ValidationSize = 2, TestSize = 2 };
        new PathfinderTask(drawn).WriteRelease(folder.Directory, null, CancellationToken.None);
        var task = new PathfinderTask(drawn with { TrainSize = 4 });
        using PreparedTask data = task.Prepare(folder.Directory.CreateSubdirectory("cache"), null, CancellationToken.None);

        string[] layout = Read(task, data, folder.Directory.FullName);
        string[] pictures = Read(task, data, folder.Directory.GetDirectories("imgs", SearchOption.AllDirectories)[0].FullName);

        Assert.Equal(8, layout.Length);
        Assert.Equal(layout.Order(StringComparer.Ordinal), pictures.Order(StringComparer.Ordinal));
        Assert.All(Enumerable.Range(0, data.Test.Count), row => Assert.Contains(Text(data, row), layout));
    }

    private static string[] Read(SequenceTask task, PreparedTask data, string path)
    {
        var encoder = new SequenceEncoder(data.Encoding!);
        return [.. task.OpenForPrediction(path).Parts
            .SelectMany(part => part.Read(new BadRows(maySkip: false), CancellationToken.None))
            .Select(record => Text(encoder.Encode(record.Content, record.Where)))];
    }

    // Rounded, since bytes with a scaling and values that were scaled differ in the last digit.
    private static string Text(EncodedSequence sequence) => sequence.Tokens.Length > 0
        ? Convert.ToHexString(MemoryMarshal.AsBytes(sequence.Tokens))
        : string.Join(' ', sequence.Values.ToArray().Select(v => Math.Round(v, 3)));

    private static string Text(PreparedTask data, int row) => data.Shape.Input is TokenInput
        ? Convert.ToHexString(MemoryMarshal.AsBytes(data.Test.Tokens(row)))
        : string.Join(' ', data.Test.Values(row).ToArray().Select(v => Math.Round(v, 3)));
}

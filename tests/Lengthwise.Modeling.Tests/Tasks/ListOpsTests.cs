using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tests.Data;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class ListOpsTests : IDisposable
{
    private static readonly ListOpsSettings Short = new() { TrainSize = 300, ValidationSize = 40, TestSize = 30, MinLength = 16, MaxLength = 128 };
    private readonly TemporaryFolder _cache = new();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void Every_sequence_is_an_expression_with_its_value_and_ends_with_eos()
    {
        using PreparedTask data = Prepare(Short);

        foreach (SequenceSplit split in new[] { data.Train, data.Validation, data.Test })
            for (int row = 0; row < split.Count; row++)
            {
                Assert.InRange(split.Length(row), 18, 128);
                Assert.Equal(ListOps.EosId, split.Tokens(row)[^1]);
                Assert.Equal(ListOps.Expression(split, row).Evaluate(), split.Label(row));
                Assert.NotNull(ListOpsParser.Parse(ListOps.Expression(split, row).ToText(), out _));
            }
        Assert.Equal((300, 40, 30), (data.Train.Count, data.Validation.Count, data.Test.Count));
    }

    [Fact]
    public void The_data_is_the_same_for_any_number_of_threads_and_differs_by_seed()
    {
        using var other = new TemporaryFolder();
        using PreparedTask one = new ListOps(Short).Prepare(_cache.Directory, 1, null, CancellationToken.None);
        using PreparedTask five = new ListOps(Short).Prepare(other.Directory, 5, null, CancellationToken.None);
        using PreparedTask seed = Prepare(Short with { Seed = 2 });

        Assert.Equal(one.Hash, five.Hash);
        Assert.NotEqual(one.Hash, seed.Hash);
    }

    [Fact]
    public void The_data_is_the_same_on_every_machine()
    {
        using PreparedTask data = Prepare(Short);

        Assert.Equal("c01eafac85bffa5715cf8a0506b27274c54e93e2715f3d4207f45789fde8ab6c", data.Hash);
    }

    [Fact]
    public void Files_of_the_release_are_read_in_place_of_generated_rows()
    {
        using PreparedTask generated = Prepare(Short);
        DirectoryInfo release = _cache.Directory.CreateSubdirectory("release");
        ListOpsFile.Write(release, generated, null, TestContext.Current.CancellationToken);

        using PreparedTask read = Prepare(new ListOpsSettings { Folder = release.FullName });

        Assert.Equal(generated.Hash, read.Hash);
    }

    [Fact]
    public void A_changed_release_is_read_again()
    {
        DirectoryInfo release = Release("4\t[MAX 4 3 ]\n");
        using PreparedTask before = Prepare(new ListOpsSettings { Folder = release.FullName });
        File.WriteAllText(Path.Combine(release.FullName, "basic_test.tsv"), "4\t[MAX 4 2 ]\n");

        using PreparedTask after = Prepare(new ListOpsSettings { Folder = release.FullName });

        Assert.NotEqual(before.Hash, after.Hash);
    }

    [Fact]
    public void A_release_without_a_file_or_with_too_long_a_row_is_an_error_that_names_it()
    {
        DirectoryInfo release = Release("4\t[MAX 4 3 ]\n6\t[MAX 4 3 5 6 ]\n");
        var tooShort = new ListOpsSettings { Folder = release.FullName, MaxLength = 5 };

        var tooLong = Assert.Throws<LengthwiseException>(() => Prepare(tooShort));
        File.Delete(Path.Combine(release.FullName, "basic_val.tsv"));
        var missing = Assert.Throws<LengthwiseException>(() => Prepare(tooShort));

        Assert.Contains("basic_train.tsv(2,1): the expression has 6 symbols, expected fewer than 'max_length' 5", tooLong.Message);
        Assert.Contains("found no basic_val.tsv;", missing.Message);
    }

    [Fact]
    public void Settings_that_a_release_overrides_are_refused()
    {
        Assert.Empty(new ListOpsSettings { Folder = Path.GetTempPath(), MaxLength = 1000 }.Validate());
        Assert.Contains("only 'max_length' has an effect", Assert.Single(new ListOpsSettings { Folder = Path.GetTempPath(), Seed = 2 }.Validate()));
        Assert.Contains("expected a full path", Assert.Single(new ListOpsSettings { Folder = "here" }.Validate()));
    }

    [Fact]
    public void The_vocabulary_is_that_of_the_published_protocol()
    {
        SequenceTask task = TaskCatalog.Create("listops");

        Assert.Equal(
            "<mask> <pad> <unk> <eos> 0 1 2 3 4 5 6 7 8 9 [MIN [MAX [MED [SM ]",
            string.Join(' ', Assert.IsType<TokenInput>(task.Shape!.Input).Vocabulary));
        Assert.Equal((2000, 0.1, 0.1), (task.Shape!.MaxLength, task.Shape!.Chance, task.DefaultMaskRatio));
    }

    [Fact]
    public void Progress_ends_at_the_number_of_rows()
    {
        var reports = new List<PreparationProgress>();

        using PreparedTask data = new ListOps(Short).Prepare(_cache.Directory, 2, new Recorder(reports), CancellationToken.None);

        Assert.Equal((370, 370), (reports[^1].Done, reports[^1].Total));
    }

    private DirectoryInfo Release(string content)
    {
        DirectoryInfo release = _cache.Directory.CreateSubdirectory("release");
        foreach (string name in new[] { "train", "val", "test" }) File.WriteAllText(Path.Combine(release.FullName, $"basic_{name}.tsv"), content);
        return release;
    }

    private PreparedTask Prepare(ListOpsSettings settings) => new ListOps(settings).Prepare(_cache.Directory, null, CancellationToken.None);

    private sealed class Recorder(List<PreparationProgress> reports) : IProgress<PreparationProgress>
    {
        public void Report(PreparationProgress value) => reports.Add(value);
    }
}

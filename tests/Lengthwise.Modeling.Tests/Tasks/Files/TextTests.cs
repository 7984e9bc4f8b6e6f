using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tasks.Files;

namespace Lengthwise.Modeling.Tests.Tasks.Files;

public sealed class TextTests : IDisposable
{
    private static readonly TextSettings Settings = new() { MinCount = 1, ValidationShare = 0.2 };
    private readonly FileTaskBench _bench = new();

    public TextTests()
    {
        foreach (string split in (string[])["train", "test"])
            foreach (string kind in (string[])["neg", "pos"])
                for (int i = 0; i < 10; i++) _bench.Write($"aclImdb/{split}/{kind}/{i}_{(kind == "pos" ? 9 : 2)}.txt", $"{split} {kind} {i}<br />");
        _bench.Write("aclImdb/train/unsup/0_0.txt", "nobody says");
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Labels_come_from_folders_and_unlabelled_reviews_stay_out()
    {
        using PreparedTask data = _bench.Prepare("text", Settings);

        Assert.Equal((16, 4, 20), FileTaskBench.Counts(data));
        Assert.Null(data.Unlabelled);
        Assert.All(FileTaskBench.Rows(data), r => Assert.Contains(r.Split.Label(r.Row) == 1 ? " pos " : " neg ", FileTaskBench.Read(data, r.Split, r.Row), StringComparison.Ordinal));
        Assert.Contains("split = clean", data.Notes);
    }

    [Fact]
    public void Text_is_read_by_characters_with_its_markup_and_an_end()
    {
        using PreparedTask data = _bench.Prepare("text", Settings);

        Assert.All(FileTaskBench.Rows(data), r => Assert.EndsWith("<br />" + "<eos>", FileTaskBench.Read(data, r.Split, r.Row), StringComparison.Ordinal));
    }

    [Fact]
    public void Rare_characters_are_unknown_and_bytes_never_are()
    {
        _bench.Write("aclImdb/train/pos/10_9.txt", "é");
        _bench.Write("aclImdb/train/neg/10_2.txt", "plain");

        using PreparedTask characters = _bench.Prepare("text", Settings with { MinCount = 8 });
        using PreparedTask bytes = _bench.Prepare("text", Settings with { MinCount = 15, Level = TextLevel.Bytes });

        Assert.DoesNotContain("é", ((TokenInput)characters.Shape.Input).Vocabulary);
        Assert.Equal(260, ((TokenInput)bytes.Shape.Input).Vocabulary.Count);
        Assert.Contains(FileTaskBench.Rows(bytes), r => r.Split.Tokens(r.Row).SequenceEqual(new ushort[] { 4 + 0xc3, 4 + 0xa9, 3 }));
    }

    [Fact]
    public void Long_reviews_are_cut_within_the_limit_and_counted()
    {
        using PreparedTask data = _bench.Prepare("text", Settings with { MaxLength = 5 });

        Assert.All(FileTaskBench.Rows(data), r => Assert.Equal(5, r.Split.Length(r.Row)));
        Assert.Equal("test<eos>", FileTaskBench.Read(data, data.Test, 0));
        Assert.Contains(data.Notes, note => note.StartsWith("40 sequences were cut to 5 steps", StringComparison.Ordinal));
    }

    [Fact]
    public void Published_selects_on_test_and_says_so()
    {
        using PreparedTask data = _bench.Prepare("text", new TextSettings { MinCount = 1, Split = SplitRule.Published });

        Assert.Equal((20, 20, 20), FileTaskBench.Counts(data));
        Assert.Contains(data.Notes, note => note.StartsWith("leak: the test split selects too", StringComparison.Ordinal));
    }

    [Fact]
    public void Unlabelled_reviews_are_pretrained_on_only_when_asked_for()
    {
        using PreparedTask data = _bench.Prepare("text", Settings with { Unlabelled = true });

        Assert.Equal(1, data.Unlabelled!.Count);
        Assert.Equal("nobody says<eos>", FileTaskBench.Read(data, data.Unlabelled, 0));
    }

    [Fact]
    public void Reviews_of_one_film_validate_together()
    {
        _bench.Write("aclImdb/train/urls_pos.txt", string.Concat(Enumerable.Range(0, 10).Select(i => $"http://film/{i / 5}\n")));
        _bench.Write("aclImdb/train/urls_neg.txt", string.Concat(Enumerable.Range(0, 10).Select(i => $"http://film/{i / 5}\n")));

        using PreparedTask data = _bench.Prepare("text", new TextSettings { Level = TextLevel.Bytes, ValidationShare = 0.5 });

        Assert.Equal((10, 10, 20), FileTaskBench.Counts(data));
        Assert.Single(Enumerable.Range(0, 10).Select(row => (data.Validation.Tokens(row)["train neg ".Length] - 4 - '0') / 5).Distinct());
        Assert.Equal(0, data.Summary!.GroupsAcrossSplits);
    }

    [Fact]
    public void Smaller_shares_are_contained_in_larger_ones_and_say_so()
    {
        var settings = new TextSettings { Level = TextLevel.Bytes, ValidationShare = 0.2 };
        using PreparedTask small = _bench.Prepare("text", settings with { Share = 0.4 }), large = _bench.Prepare("text", settings with { Share = 0.7 });
        string[] few = [.. FileTaskBench.Rows(small).Select(r => FileTaskBench.Read(small, r.Split, r.Row))], many = [.. FileTaskBench.Rows(large).Select(r => FileTaskBench.Read(large, r.Split, r.Row))];

        Assert.InRange(few.Length, 5, many.Length - 1);
        Assert.InRange(many.Length, few.Length + 1, 39);
        Assert.Empty(few.Except(many));
        Assert.Contains(small.Notes, n => n.StartsWith("a share of 0.4 of the rows", StringComparison.Ordinal));
    }

    [Fact]
    public void An_archive_is_the_same_data_as_its_folder()
    {
        string archive = _bench.Archive();
        using PreparedTask folder = _bench.Prepare("text", Settings);

        using PreparedTask packed = _bench.Prepare("text", Settings with { Path = archive });

        Assert.Equal(folder.Hash, packed.Hash);
    }

    [Fact]
    public void An_empty_review_is_named_or_skipped_and_counted()
    {
        _bench.Write("aclImdb/train/pos/99_9.txt", "");

        LengthwiseException refused = _bench.Refused("text", Settings);
        using PreparedTask data = _bench.Prepare("text", Settings with { OnBadRow = Modeling.Records.Readers.BadRowRule.Skip });

        Assert.Contains("99_9.txt", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, data.Summary!.Skipped);
    }

    [Fact]
    public void Another_folder_or_none_says_what_was_expected_and_how_to_get_it()
    {
        LengthwiseException other = _bench.Refused("text", Settings with { Path = _bench.At("aclImdb/train") });
        LengthwiseException none = _bench.Refused("text", Settings with { Path = _bench.At("nowhere") });
        LengthwiseException undownloaded = Assert.Throws<LengthwiseException>(() => TaskCatalog.Create("text").Prepare(_bench.Cache, null, TestContext.Current.CancellationToken));

        Assert.Contains("train/pos", other.Message, StringComparison.Ordinal);
        Assert.All([other, none, undownloaded], e => Assert.Contains("lengthwise data get text", e.Hint, StringComparison.Ordinal));
        Assert.All([other, none, undownloaded], e => Assert.Equal(ExitCode.Data, e.Code));
    }

    [Fact]
    public void Settings_without_an_effect_are_refused()
    {
        Assert.Contains("'min_count'", Assert.Single(new TextSettings { Level = TextLevel.Bytes, MinCount = 2 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("'validation_share'", Assert.Single(new TextSettings { Split = SplitRule.Published, ValidationShare = 0.2 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("'path'", Assert.Single(new TextSettings { Path = "aclImdb" }.Validate()), StringComparison.Ordinal);
    }
}

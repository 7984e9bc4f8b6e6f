using System.Text;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tests.Data;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Records.Conversion;

public sealed class RecordConversionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _cache = new();

    public void Dispose()
    {
        _folder.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public void Classes_are_alike_in_every_split()
    {
        SequenceRecord[] rows = Rows(300, i => i % 10 == 0 ? "rare" : "common");

        using PreparedTask data = Prepare(rows);

        Assert.Equal((210, 30, 60), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal(["common", "rare"], ((ClassOutput)data.Shape.Output).Classes);
        Assert.Equal([21, 3, 6], new[] { data.Train, data.Validation, data.Test }.Select(s => Enumerable.Range(0, s.Count).Count(r => s.Label(r) == 1)));
    }

    [Fact]
    public void A_group_stands_in_one_split_and_folds_cover_all_rows_once()
    {
        SequenceRecord[] rows = [.. Rows(120, i => i % 2 == 0 ? "a" : "b").Select((r, i) => r with { Group = $"patient {i / 7}" })];

        var tested = new List<float>();
        for (int fold = 0; fold < 4; fold++)
        {
            using PreparedTask data = Prepare(rows, new SplitPlan { Folds = 4, Fold = fold });
            Assert.Equal(0, data.Summary!.GroupsAcrossSplits);
            Assert.InRange(data.Test.Count, 21, 42);
            tested.AddRange(FirstValues(data.Test));
        }

        Assert.Equal(Enumerable.Range(0, 120).Select(i => (float)i), tested.Order());
    }

    [Fact]
    public void The_group_of_every_test_row_is_kept_and_made_again_when_it_is_lost()
    {
        SequenceRecord[] rows = [.. Rows(60, i => i % 2 == 0 ? "a" : "b").Select((r, i) => r with { Group = i >= 50 ? null : $"patient {i / 10}" })];
        int[] expected;
        using (PreparedTask data = Prepare(rows))
        {
            float[] values = [.. FirstValues(data.Test)];
            expected = [.. data.TestGroups!];
            Assert.Equal(data.Test.Count, expected.Length);
            for (int i = 0; i < values.Length; i++)
                for (int j = 0; j < i; j++)
                    Assert.Equal(values[i] < 50 && (int)values[i] / 10 == (int)values[j] / 10, expected[i] == expected[j]);
        }
        File.Delete(Assert.Single(Directory.GetFiles(_cache.Directory.FullName, "test-groups.json", SearchOption.AllDirectories)));

        using PreparedTask again = Prepare(rows);

        Assert.Equal(expected, again.TestGroups);
        Assert.Contains(again.Notes, n => n.EndsWith("it was made again", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_groups_none_are_kept()
    {
        using PreparedTask data = Prepare(Rows(60, i => i % 2 == 0 ? "a" : "b"));

        Assert.Null(data.TestGroups);
    }

    [Fact]
    public void A_division_that_breaks_groups_says_so()
    {
        SequenceRecord[] rows = [.. Rows(60, i => i % 2 == 0 ? "a" : "b").Select((r, i) => r with { Group = $"patient {i / 20}" })];

        using PreparedTask data = Prepare(rows, new SplitPlan { KeepsGroups = false });

        Assert.Contains(data.Notes, n => n.StartsWith("leak: 3 of 3 groups", StringComparison.Ordinal));
    }

    [Fact]
    public void Splits_of_the_source_are_kept_and_missing_ones_drawn_from_its_training_rows()
    {
        SequenceRecord[] rows = [.. Rows(50, i => i % 2 == 0 ? "a" : "b").Select((r, i) => r with { Split = i < 40 ? SplitName.Train : SplitName.Test })];

        using PreparedTask data = Prepare(rows);

        Assert.Equal((36, 4, 10), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal(Enumerable.Range(40, 10).Select(i => (float)i), FirstValues(data.Test).Order());
    }

    [Fact]
    public void Unlabelled_rows_are_kept_for_pretraining_except_those_near_held_out_rows()
    {
        SequenceRecord[] rows = [.. Rows(100, i => i < 40 ? (i % 2 == 0 ? "a" : "b") : null!).Select((r, i) => r with { Group = $"g{i % 20}" })];

        using PreparedTask data = Prepare(rows);

        int groupsHeldOut = (data.Validation.Count + data.Test.Count) / 2;
        Assert.Equal(40, data.Train.Count + data.Validation.Count + data.Test.Count);
        Assert.Equal(60 - 3 * groupsHeldOut, data.Unlabelled!.Count);
        Assert.Equal(SequenceSplit.Unlabelled, data.Unlabelled.Label(0));
    }

    [Fact]
    public void Rows_without_any_label_are_divided_too()
    {
        using PreparedTask data = Prepare(Rows(50, _ => null!));

        Assert.IsType<NoOutput>(data.Shape.Output);
        Assert.Equal((35, 5, 10), (data.Train.Count, data.Validation.Count, data.Test.Count));
    }

    [Fact]
    public void Only_training_rows_decide_the_normalisation()
    {
        SequenceRecord[] rows = [.. Enumerable.Range(0, 20).Select(i => Row(i, i % 2 == 0 ? "a" : "b", i < 10 ? [1, 3] : [1e6f, 1e6f]) with
        {
            Split = i < 10 ? SplitName.Train : i < 14 ? SplitName.Validation : SplitName.Test,
        })];

        using PreparedTask data = RecordConversion.Prepare(
            Request(new ListSource(_folder.Directory, rows), Normalisation.Channel), _cache.Directory, null, CancellationToken.None);

        Assert.Equal((2f, 1f), (data.Encoding!.Means[0], data.Encoding.Deviations[0]));
        Assert.Equal([-1f, 1f], data.Train.Values(0).ToArray());
        Assert.Equal(1e6f - 2, data.Test.Values(0)[0]);
    }

    [Fact]
    public void A_class_that_is_never_trained_is_refused()
    {
        SequenceRecord[] rows = [.. Rows(20, i => i == 19 ? "only here" : "a").Select((r, i) => r with { Split = i < 10 ? SplitName.Train : i < 15 ? SplitName.Validation : SplitName.Test })];

        var error = Assert.Throws<LengthwiseException>(() => Prepare(rows));

        Assert.Contains("no training row has the class 'only here'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_occurs_twice_is_refused_with_both_places()
    {
        SequenceRecord[] rows = [.. Rows(20, i => i % 2 == 0 ? "a" : "b").Select((r, i) => r with { Id = $"id {i % 15}" })];

        var error = Assert.Throws<LengthwiseException>(() => Prepare(rows));

        Assert.Equal("row 15: the id 'id 0' already stands at row 0", error.Message);
    }

    [Fact]
    public void Duplicates_across_splits_are_counted_as_a_leak()
    {
        SequenceRecord[] rows = [.. Enumerable.Range(0, 40).Select(i => Row(i, i % 2 == 0 ? "a" : "b", [i % 20, 1]) with
        {
            Split = i < 20 ? SplitName.Train : i < 30 ? SplitName.Validation : SplitName.Test,
        })];

        using PreparedTask data = Prepare(rows);

        Assert.Equal((20, 20, 0), (data.Summary!.Duplicates, data.Summary.DuplicatesAcrossSplits, data.Summary.ContradictingDuplicates));
        Assert.Contains("leak: 20 rows of validation or test stand in the training split too", data.Notes);
    }

    [Fact]
    public void Converted_data_is_opened_without_reading_the_source_again()
    {
        var source = new ListSource(_folder.Directory, Rows(40, i => i % 2 == 0 ? "a" : "b"));
        Prepare(source).Dispose();
        int reads = source.PartsRead;

        using PreparedTask data = Prepare(source);

        Assert.Equal(reads, source.PartsRead);
        Assert.Equal(28, data.Train.Count);
    }

    [Fact]
    public void A_changed_source_is_converted_again()
    {
        string first, second;
        using (PreparedTask data = Prepare(Rows(40, i => i % 2 == 0 ? "a" : "b"))) first = data.Hash;

        using (PreparedTask data = Prepare(Rows(41, i => i % 2 == 0 ? "a" : "b"))) second = data.Hash;

        Assert.NotEqual(first, second);
    }

    [Fact]
    public void An_interrupted_conversion_continues_with_the_parts_that_are_missing()
    {
        SequenceRecord[] rows = Rows(100, i => i % 2 == 0 ? "a" : "b");
        string whole;
        using (PreparedTask data = Prepare(rows)) whole = data.Hash;
        foreach (DirectoryInfo made in _cache.Directory.GetDirectories()) made.Delete(true);
        var source = new ListSource(_folder.Directory, rows, partSize: 10) { FailAt = 95 };
        Assert.Throws<LengthwiseException>(() => Prepare(source));
        int finished = _cache.Directory.GetDirectories().Single().GetFiles("*.spool").Length;
        (source.FailAt, source.PartsRead) = (-1, 0);

        using PreparedTask resumed = Prepare(source);

        Assert.InRange(finished, 1, 9);
        Assert.Equal(1 + 10 - finished, source.PartsRead);
        Assert.Equal(whole, resumed.Hash);
        Assert.Empty(_cache.Directory.GetDirectories().Single().GetFiles("*.spool"));
    }

    [Fact]
    public void Several_that_convert_the_same_files_at_once_get_the_same_data()
    {
        SequenceRecord[] rows = Rows(400, i => i % 2 == 0 ? "a" : "b");
        var source = new ListSource(_folder.Directory, rows, partSize: 20);
        var hashes = new string[6];

        Parallel.For(0, hashes.Length, new ParallelOptions { MaxDegreeOfParallelism = hashes.Length }, i =>
        {
            using PreparedTask data = Prepare(source);
            hashes[i] = data.Hash;
        });

        Assert.Single(hashes.Distinct());
        Assert.Equal(1 + 20, source.PartsRead);
    }

    [Fact]
    public void A_bad_row_ends_the_conversion_or_is_counted_where_that_is_allowed()
    {
        SequenceRecord[] rows = Rows(40, i => i % 2 == 0 ? "a" : "b");
        var source = new ListSource(_folder.Directory, rows) { BadRow = 7 };

        var error = Assert.Throws<LengthwiseException>(() => Prepare(source));
        using PreparedTask data = RecordConversion.Prepare(Request(source) with { MaySkipBadRows = true }, _cache.Directory, null, CancellationToken.None);

        Assert.StartsWith("source.txt(8,1): found 'x', expected a number", error.Message, StringComparison.Ordinal);
        Assert.Equal((39, 1L), (data.Train.Count + data.Validation.Count + data.Test.Count, data.Summary!.Skipped));
        Assert.Contains(data.Notes, n => n.Contains("1 bad rows were skipped", StringComparison.Ordinal));
    }

    [Fact]
    public void A_published_protocol_may_select_on_the_test_rows()
    {
        using PreparedTask data = Prepare(Rows(50, i => i % 2 == 0 ? "a" : "b"), new SplitPlan { SelectsOnTest = true });

        Assert.Equal((40, 10, 10), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal(FirstValues(data.Test), FirstValues(data.Validation));
    }

    [Fact]
    public void Targets_are_scaled_by_the_range_of_the_training_rows()
    {
        SequenceRecord[] rows = [.. Enumerable.Range(0, 30).Select(i => Row(i, null, [i, 0]) with { Targets = [50 + i, i == 3 ? float.NaN : 1] })];
        var source = new ListSource(_folder.Directory, rows) { Names = ["HR", "flag"] };

        using PreparedTask data = RecordConversion.Prepare(Request(source) with { Metric = "rmse" }, _cache.Directory, null, CancellationToken.None);

        var output = Assert.IsType<RegressionOutput>(data.Shape.Output);
        Assert.Equal(["HR", "flag"], output.Names);
        float[] scaled = [.. Enumerable.Range(0, data.Train.Count).Select(row => data.Train.Targets(row)[0])];
        Assert.Equal((-1f, 1f), (scaled.Min(), scaled.Max()));
        Assert.Equal(1f, output.Scales[1]);
        Assert.InRange(data.Shape.Chance, 5, 12);
    }

    [Fact]
    public void Pairs_text_and_symbols_are_stored_as_tokens()
    {
        SequenceRecord[] rows = [.. Enumerable.Range(0, 40).Select(i => new SequenceRecord
        {
            Where = $"row {i}",
            Content = Text($"first text {i}"),
            Second = Text($"other {i}"),
            Label = i % 2 == 0 ? "0" : "1",
        })];
        var request = Request(new ListSource(_folder.Directory, rows)) with
        {
            Encoding = _ => new EncodingPlan { Kind = EncodingKind.Characters, AppendsEos = true, MaxLength = 12 },
        };

        using PreparedTask data = RecordConversion.Prepare(request, _cache.Directory, null, CancellationToken.None);

        var input = Assert.IsType<TokenInput>(data.Shape.Input);
        Assert.Equal((2, 12), (data.Train.Parts, data.Shape.MaxLength));
        Assert.Equal("first text ", Decode(data.Train.Tokens(0, 0), input));
        Assert.StartsWith("other ", Decode(data.Train.Tokens(0, 1), input), StringComparison.Ordinal);
        Assert.Equal(FittedEncoding.EosId, data.Train.Tokens(0, 1)[^1]);
        Assert.Equal(40, data.Summary!.RowsCut);
    }

    private static string Decode(ReadOnlySpan<ushort> tokens, TokenInput input)
    {
        var text = new StringBuilder();
        foreach (ushort token in tokens[..^1]) text.Append(input.Vocabulary[token]);
        return text.ToString();
    }

    private static SequenceContent.Text Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private static float[] FirstValues(SequenceSplit split) => [.. Enumerable.Range(0, split.Count).Select(row => split.Values(row)[0])];

    private static SequenceRecord Row(int i, string? label, float[] values) =>
        new() { Where = $"row {i}", Label = label, Content = new SequenceContent.Reals(values, 1) };

    private static SequenceRecord[] Rows(int count, Func<int, string> label) => [.. Enumerable.Range(0, count).Select(i => Row(i, label(i), [i, 0.5f]))];

    private PreparedTask Prepare(IReadOnlyList<SequenceRecord> rows, SplitPlan? split = null)
    {
        ConversionRequest request = Request(new ListSource(_folder.Directory, rows));
        return RecordConversion.Prepare(
            split is null ? request : request with { Split = split }, _cache.Directory, null, CancellationToken.None);
    }

    private PreparedTask Prepare(ListSource source) => RecordConversion.Prepare(Request(source), _cache.Directory, null, CancellationToken.None);

    // Most tests recognise rows by their first value, which normalisation would change.
    private static ConversionRequest Request(RecordSource source, Normalisation normalisation = Normalisation.None) => new()
    {
        Task = "rows",
        Version = 1,
        Settings = new NoSettings(),
        Source = source,
        Encoding = _ => new EncodingPlan { Kind = EncodingKind.Reals, Normalisation = normalisation },
        Split = new SplitPlan(),
    };

    private sealed record NoSettings : TaskSettings;
}

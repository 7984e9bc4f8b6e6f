using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class JsonLinesTests : IDisposable
{
    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Numbers_are_real_channels()
    {
        IReadOnlyList<SequenceRecord> records = _files.Read(
            "x.jsonl", "{\"id\":7,\"label\":true,\"split\":\"val\",\"values\":[1,2.5]}\n\n{\"id\":8,\"label\":null,\"values\":[3]}\n");

        Assert.Equal([1f, 2.5f], records[0].Reals());
        Assert.Equal(("7", "true", SplitName.Validation), (records[0].Id, records[0].Label, records[0].Split!.Value));
        Assert.Null(records[1].Label);
        Assert.Equal("x.jsonl, row 3", records[1].Where);
    }

    [Fact]
    public void Texts_and_tokens_are_recognised()
    {
        SequenceRecord text = Assert.Single(_files.Read("t.jsonl", "{\"text\":\"h\\u00e9\",\"label\":\"a\"}"));
        SequenceRecord tokens = Assert.Single(_files.Read("k.jsonl", "{\"tokens\":[12,7],\"label\":1}"));

        Assert.Equal("hé", text.Text());
        Assert.Equal(["12", "7"], tokens.Symbols());
    }

    [Fact]
    public void Nested_arrays_are_channels_of_steps_or_steps_of_channels()
    {
        IReadOnlyList<SequenceRecord> steps = _files.Read("s.jsonl", "{\"values\":[[1,10],[2,20],[3,30]]}\n{\"values\":[[4,40]]}\n");
        IReadOnlyList<SequenceRecord> channels = _files.Read("c.jsonl", "{\"values\":[[1,2,3],[10,20,30]]}\n{\"values\":[[4],[40]]}\n");

        Assert.Equal(steps[0].Reals(), channels[0].Reals());
        Assert.Equal(2, channels[1].Channels());
        Assert.Equal([4f, 40f], channels[1].Reals());
    }

    [Fact]
    public void A_square_of_steps_and_channels_has_to_be_told_apart()
    {
        string error = _files.Error("x.jsonl", "{\"values\":[[1,10],[2,20]]}\n");
        SequenceRecord record = Assert.Single(_files.Read("x.jsonl", "{\"values\":[[1,10],[2,20]]}\n", new ReadSettings { Axes = ArrayAxes.ChannelsSteps }));

        Assert.Contains("axes", error, StringComparison.Ordinal);
        Assert.Equal([1f, 2f, 10f, 20f], record.Reals());
    }

    [Fact]
    public void Named_arrays_and_several_fields_are_channels()
    {
        SequenceRecord named = Assert.Single(_files.Read("n.jsonl", "{\"signal\":{\"ecg\":[1,2],\"ppg\":[3,4]}}"));
        SequenceRecord fields = Assert.Single(_files.Read("f.jsonl", "{\"ecg\":[1,2],\"ppg\":[3,4]}", new ReadSettings { ValueColumns = ["ecg", "ppg"] }));

        Assert.Equal([1f, 3f, 2f, 4f], named.Reals());
        Assert.Equal([1f, 3f, 2f, 4f], fields.Reals());
    }

    [Fact]
    public void Channels_of_unequal_length_are_told_with_their_place()
    {
        string error = _files.Error("x.jsonl", "{\"values\":[[1,2],[3,4],[5,6]]}\n{\"values\":[[1,2],[3]]}\n");

        Assert.Contains("x.jsonl(2,", error, StringComparison.Ordinal);
        Assert.Contains("array 2 has 1 values", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_are_numbers_or_an_array_of_them()
    {
        SequenceRecord one = Assert.Single(_files.Read("o.jsonl", "{\"values\":[1,2],\"target\":0.5}"));
        SequenceRecord several = Assert.Single(_files.Read("s.jsonl", "{\"values\":[1,2],\"y\":[1,null]}", new ReadSettings { TargetColumns = ["y"] }));

        Assert.Equal([0.5f], one.Targets!);
        Assert.Equal([1f, float.NaN], several.Targets!);
    }

    [Theory]
    [InlineData("{\"values\":[1,NaN]}", "a missing value is null")]
    [InlineData("{\"values\":[1,null]}", "missing = \"keep\"")]
    [InlineData("{\"values\":[1,1e60]}", "beyond 32-bit")]
    [InlineData("{\"values\":[1,\"2\"]}", "expected a number")]
    [InlineData("{\"values\":[1,2]", "the line is no JSON")]
    [InlineData("[1,2]", "no JSON object")]
    [InlineData("{\"values\":[1],\"values\":[2]}", "stands twice")]
    [InlineData("{\"label\":\"a\"}", "the field 'values' is missing")]
    [InlineData("{\"values\":[]}", "the sequence is empty")]
    public void A_bad_line_is_told_with_its_row(string line, string fault)
    {
        string error = _files.Error("x.jsonl", "{\"values\":[1,2],\"label\":\"a\"}\n" + line + "\n");

        Assert.Contains("x.jsonl(2,", error, StringComparison.Ordinal);
        Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_arrays_leave_a_doubt()
    {
        string error = _files.Error("x.jsonl", "{\"before\":[1,2],\"after\":[3,4]}\n");

        Assert.Contains("'before' and 'after' could each be the sequence", error, StringComparison.Ordinal);
        Assert.Contains("value_columns", error, StringComparison.Ordinal);
    }
}

using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class TsFileTests : IDisposable
{
    private const string Head = "#comment\n@problemName X\n@timeStamps false\n@univariate true\n@classLabel true a b\n@data\n";

    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Series_of_uneven_length_are_read_with_their_class()
    {
        IReadOnlyList<SequenceRecord> records = _files.Read("x.ts", Head + "1,2.5,8.6E-4:a\n3:b\n4,5:?\n");

        Assert.Equal([1f, 2.5f, 8.6e-4f], records[0].Reals());
        Assert.Equal(["a", "b", null], records.Select(r => r.Label));
    }

    [Fact]
    public void Dimensions_become_channels()
    {
        SequenceRecord record = Assert.Single(_files.Read("x.ts", Head + "1,2,3:10,20,30:b\n"));

        Assert.Equal(2, record.Channels());
        Assert.Equal([1f, 10f, 2f, 20f, 3f, 30f], record.Reals());
    }

    [Fact]
    public void Question_marks_are_missing_values()
    {
        string error = _files.Error("x.ts", Head + "1,?,3:a\n");
        SequenceRecord kept = Assert.Single(_files.Read("x.ts", Head + "1,?,3:a\n", new ReadSettings { Missing = MissingRule.Keep }));

        Assert.Contains("x.ts(7,3): the value is missing", error, StringComparison.Ordinal);
        Assert.Equal([1f, float.NaN, 3f], kept.Reals());
    }

    [Fact]
    public void Regression_targets_are_numbers()
    {
        SequenceRecord record = Assert.Single(_files.Read("x.ts", "@timestamps false\n@targetlabel true\n@data\n1,2:0.25\n"));

        Assert.Equal([0.25f], record.Targets!);
        Assert.Null(record.Label);
    }

    [Theory]
    [InlineData("1,2:c\n", "found class 'c'")]
    [InlineData("1,2\n", "no ':' before a label")]
    [InlineData("1,2:3:a\n1,2:a\n", "channel 2 has 1 values, those before it 2")]
    [InlineData("1,2:a\n1,2:3,4:a\n", "found 2 channels, expected 1")]
    [InlineData("(0,1),(1,2):a\n", "time stamps")]
    [InlineData("1,x:a\n", "found 'x', expected a number")]
    [InlineData(":a\n", "channel 1 is empty")]
    public void A_bad_series_is_told(string series, string fault) => Assert.Contains(fault, _files.Error("x.ts", Head + series), StringComparison.Ordinal);

    [Fact]
    public void Time_stamps_are_refused() =>
        Assert.Contains("time stamps", _files.Error("x.ts", "@timestamps true\n@data\n(0,1):a\n"), StringComparison.Ordinal);

    [Fact]
    public void A_file_without_data_is_told() =>
        Assert.Contains("no line '@data'", _files.Error("x.ts", "@timestamps false\n"), StringComparison.Ordinal);

    [Fact]
    public void Training_and_test_files_are_splits()
    {
        _files.Write("X_TEST.ts", Head + "1:a\n");

        IReadOnlyList<SequenceRecord> records = _files.Read("X_TRAIN.ts", Head + "1:a\n2:b\n");

        Assert.Equal([SplitName.Train, SplitName.Train, SplitName.Test], records.Select(r => r.Split!.Value));
    }
}

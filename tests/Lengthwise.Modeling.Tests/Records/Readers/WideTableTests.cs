using System.Text;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class WideTableTests : IDisposable
{
    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Columns_are_understood_by_their_names()
    {
        IReadOnlyList<SequenceRecord> records = _files.Read("eeg.csv", "recording,label,patient,split,v0,v1,v2\nr1,Z,p1,train,1,2,3\nr2,S,p2,test,-4,5e-1,6\n");

        Assert.Equal(2, records.Count);
        Assert.Equal(("r1", "Z", "p1", SplitName.Train), (records[0].Id, records[0].Label, records[0].Group, records[0].Split!.Value));
        Assert.Equal([-4f, 0.5f, 6f], records[1].Reals());
        Assert.Equal(SplitName.Test, records[1].Split);
        Assert.Equal("eeg.csv, row 3", records[1].Where);
    }

    [Fact]
    public void The_class_comes_first_in_the_UCR_layout()
    {
        IReadOnlyList<SequenceRecord> records = _files.Read("Gun_TRAIN.tsv", "1\t0.5\t0.25\n2\t0.1\t0.2\n1\t0.5\t-0.5\t0.75\n");

        Assert.Equal(["1", "2", "1"], records.Select(r => r.Label));
        Assert.Equal([0.5f, -0.5f, 0.75f], records[2].Reals());
    }

    [Fact]
    public void Without_header_and_without_a_sign_of_classes_the_reader_asks()
    {
        string error = _files.Error("x.csv", "0.5,0.25\n0.1,0.2\n");

        Assert.Contains("label_column", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Told_that_there_is_no_class_all_columns_are_values()
    {
        SequenceRecord record = Assert.Single(_files.Read("x.csv", "0.5,0.25\n", new ReadSettings { LabelColumn = "none" }));

        Assert.Equal([0.5f, 0.25f], record.Reals());
        Assert.Null(record.Label);
    }

    [Fact]
    public void Trailing_empty_cells_end_a_row_and_empty_labels_leave_it_unlabelled()
    {
        IReadOnlyList<SequenceRecord> records = _files.Read("x.csv", "label,v0,v1,v2\na,1,2,\n,1,,\nb,1\n");

        Assert.Equal([2, 1, 1], records.Select(r => r.Reals().Length));
        Assert.Equal(["a", null, "b"], records.Select(r => r.Label));
    }

    [Fact]
    public void Missing_values_are_refused_with_their_place_or_kept()
    {
        const string Table = "label,v0,v1,v2\na,1,,3\na,NaN,2,3\n";

        string error = _files.Error("x.csv", Table);
        IReadOnlyList<SequenceRecord> kept = _files.Read("x.csv", Table, new ReadSettings { Missing = MissingRule.Keep });

        Assert.Contains("x.csv(2,3): the value is missing", error, StringComparison.Ordinal);
        Assert.Equal([1f, float.NaN, 3f], kept[0].Reals());
        Assert.Equal([float.NaN, 2f, 3f], kept[1].Reals());
    }

    [Theory]
    [InlineData("inf", "expected a finite number")]
    [InlineData("-Infinity", "expected a finite number")]
    [InlineData("1e39", "beyond 32-bit")]
    [InlineData("\"3,14\"", "decimal comma")]
    [InlineData("abc", "expected a number")]
    public void A_value_that_is_no_number_is_told_with_file_row_and_column(string cell, string fault)
    {
        string error = _files.Error("x.csv", $"label,v0,v1,v2\na,1,2,3\nb,1,{cell},3\n");

        Assert.Contains("x.csv(3,3): ", error, StringComparison.Ordinal);
        Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_rows_are_skipped_counted_and_listed_where_that_is_allowed()
    {
        string rows = string.Concat(Enumerable.Range(0, 300).Select(i => i == 250 ? "b,1,x,3\n" : "a,1,2,3\n"));

        IReadOnlyList<SequenceRecord> records = _files.Read("x.csv", "label,v0,v1,v2\n" + rows, new ReadSettings { OnBadRow = BadRowRule.Skip });

        Assert.Equal(299, records.Count);
        Assert.Equal("x.csv(252,3): found 'x', expected a number", Assert.Single(_files.Problems.First));
    }

    [Fact]
    public void Rows_longer_than_the_header_are_bad()
    {
        string error = _files.Error("x.csv", "label,v0,v1,v2\na,1,2,3\na,1,2,3,4\n");

        Assert.Contains("x.csv(3,5): found 5 columns, expected 4", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Families_of_numbered_columns_are_channels()
    {
        SequenceRecord record = Assert.Single(_files.Read("x.csv", "label,ecg_0,ecg_1,ecg_2,ppg_0,ppg_1,ppg_2\na,1,2,3,10,20,30\n"));

        Assert.Equal(2, record.Channels());
        Assert.Equal([1f, 10f, 2f, 20f, 3f, 30f], record.Reals());
    }

    [Fact]
    public void Several_targets_are_read_and_may_be_missing()
    {
        const string Table = "hr,rr,v0,v1,v2\n60,12,1,2,3\n,14,1,2,3\n,,1,2,3\n";

        IReadOnlyList<SequenceRecord> records = _files.Read("x.csv", Table, new ReadSettings { TargetColumns = ["hr", "rr"] });

        Assert.Equal([60f, 12f], records[0].Targets!);
        Assert.Equal([float.NaN, 14f], records[1].Targets!);
        Assert.Null(records[2].Targets);
    }

    [Fact]
    public void Symbols_are_kept_as_they_are_written()
    {
        SequenceRecord record = Assert.Single(_files.Read("x.csv", "label,s0,s1,s2\na,7,x,07\n", new ReadSettings { Content = ContentKind.Symbols }));

        Assert.Equal(["7", "x", "07"], record.Symbols());
    }

    [Fact]
    public void A_stated_column_that_is_missing_is_told_with_those_there_are()
    {
        string error = _files.Error("x.csv", "label,v0,v1,v2\na,1,2,3\n", new ReadSettings { LabelColumn = "lable" });

        Assert.Contains("no column 'lable'", error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'label'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Pieces_of_a_file_give_the_same_records_as_the_whole()
    {
        var table = new StringBuilder("recording,label,v0,v1,v2\n");
        for (int i = 0; i < 200; i++) table.Append(CultureInvariant($"\"r\n{i}\",\"a \"\"b\"\"\",{i},1,{i}.5\n"));
        string path = _files.Write("x.csv", table.ToString());

        IReadOnlyList<SequenceRecord> whole = _files.Read(new ReadSettings { Path = path }), pieces = _files.Read(new ReadSettings { Path = path }, pieceBytes: 300);

        Assert.True(RecordSources.Open(new ReadSettings { Path = path }, true, 300).Parts.Count > 10);
        Assert.Equal(200, whole.Count);
        Assert.Equal(whole.Select(r => (r.Id, r.Where, r.Label)), pieces.Select(r => (r.Id, r.Where, r.Label)));
        Assert.Equal(whole.SelectMany(r => r.Reals()), pieces.SelectMany(r => r.Reals()));
        Assert.Equal("a \"b\"", whole[0].Label);
        Assert.Equal("x.csv, row 400", whole[^1].Where);
    }

    [Fact]
    public void A_semicolon_table_with_decimal_commas_says_so()
    {
        string error = _files.Error("x.csv", "label;v0;v1;v2\na;1,5;2,5;3,5\n");

        Assert.Contains("x.csv(2,2): found '1,5', a number with a decimal comma", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_stands_twice_is_bad()
    {
        const string Table = "id,label,v0,v1,v2\nr1,a,1,2,3\nr2,a,1,2,3\nr1,a,1,2,3\n";

        string error = _files.Error("x.csv", Table);
        IReadOnlyList<SequenceRecord> skipped = _files.Read("x.csv", Table, new ReadSettings { OnBadRow = BadRowRule.Skip });

        Assert.Contains("x.csv, row 4: the id 'r1' stands for the second time", error, StringComparison.Ordinal);
        Assert.Equal(["r1", "r2"], skipped.Select(r => r.Id));
    }

    [Fact]
    public void Training_and_test_files_beside_each_other_are_splits()
    {
        _files.Write("Gun_TEST.tsv", "2\t0.5\t0.5\n2\t0.25\t1\n1\t0.5\t1\n");

        IReadOnlyList<SequenceRecord> records = _files.Read("Gun_TRAIN.tsv", "1\t0.5\t0.5\n1\t0.25\t1\n");

        Assert.Equal([SplitName.Train, SplitName.Train, SplitName.Test, SplitName.Test, SplitName.Test], records.Select(r => r.Split!.Value));
    }

    private static string CultureInvariant(FormattableString text) => FormattableString.Invariant(text);
}

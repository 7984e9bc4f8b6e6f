using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class ParquetTests : IDisposable
{
    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Wide_rows_are_read_from_every_row_group()
    {
        string path = _files.Write("x.parquet", ParquetBytes.Wide([("r1", "a", [1, 2, 3]), ("r2", null, [4, 5, null])], [("r3", "b", [7, 8, 9])]));

        IReadOnlyList<SequenceRecord> records = _files.Read(new ReadSettings { Path = path });

        Assert.Equal(["r1", "r2", "r3"], records.Select(r => r.Id));
        Assert.Equal(["a", null, "b"], records.Select(r => r.Label));
        Assert.Equal([4f, 5f], records[1].Reals());
        Assert.Equal("x.parquet, row 3", records[2].Where);
    }

    [Fact]
    public void A_missing_value_inside_a_row_is_told_or_kept()
    {
        string path = _files.Write("x.parquet", ParquetBytes.Wide([("r1", "a", [1, null, 3])]));

        Assert.Contains("x.parquet(1,4): the value is missing", _files.Error(new ReadSettings { Path = path }), StringComparison.Ordinal);
        Assert.Equal([1f, float.NaN, 3f], Assert.Single(_files.Read(new ReadSettings { Path = path, Missing = MissingRule.Keep })).Reals());
    }

    [Fact]
    public void Lists_are_sequences_of_uneven_length()
    {
        string path = _files.Write("x.parquet", ParquetBytes.Lists(([1, 2, 3], 0), ([4], 1)));

        IReadOnlyList<SequenceRecord> real = _files.Read(new ReadSettings { Path = path });
        IReadOnlyList<SequenceRecord> symbols = _files.Read(new ReadSettings { Path = path, Content = ContentKind.Symbols });

        Assert.Equal([1f, 2f, 3f], real[0].Reals());
        Assert.Equal(["4"], symbols[1].Symbols());
        Assert.Equal(["0", "1"], real.Select(r => r.Label));
    }

    [Fact]
    public void Long_tables_go_on_from_one_row_group_to_the_next()
    {
        string path = _files.Write("x.parquet", ParquetBytes.Long(("a", 0, "x", 1), ("b", 0, "y", 2), ("b", 1, "y", 3), ("b", 2, "y", 4), ("c", 0, "x", 5)));

        IReadOnlyList<SequenceRecord> records = _files.Read(new ReadSettings { Path = path });

        Assert.Equal(["a", "b", "c"], records.Select(r => r.Id));
        Assert.Equal([2f, 3f, 4f], records[1].Reals());
    }

    [Fact]
    public void Every_truncation_is_told()
    {
        byte[] whole = ParquetBytes.Wide([("r1", "a", [1, 2, 3])]);

        for (int length = 0; length < whole.Length; length += 17) _files.Error(new ReadSettings { Path = _files.Write("x.parquet", whole[..length]) });
    }
}

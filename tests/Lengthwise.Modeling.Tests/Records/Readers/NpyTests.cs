using System.Buffers.Binary;
using System.Text;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class NpyTests : IDisposable
{
    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Rows_are_sequences_and_labels_lie_beside_them()
    {
        string path = _files.Write("X.npy", NpyBytes.Floats("2, 3", 1, 2, 3, 4, 5, 6));
        _files.Write("y.npy", NpyBytes.Of("<i8", "2,", [.. BitConverter.GetBytes(7L), .. BitConverter.GetBytes(-1L)]));

        IReadOnlyList<SequenceRecord> records = _files.Read(new ReadSettings { Path = path });

        Assert.Equal([4f, 5f, 6f], records[1].Reals());
        Assert.Equal(["7", "-1"], records.Select(r => r.Label));
    }

    [Fact]
    public void Both_orders_of_dimensions_and_of_bytes_give_the_same()
    {
        string rows = _files.Write("a.npy", NpyBytes.Of("<i2", "2, 3, 2", [.. Enumerable.Range(0, 12).SelectMany(i => BitConverter.GetBytes((short)i))]));
        short[] columnMajor = [.. from c in Enumerable.Range(0, 2) from l in Enumerable.Range(0, 3) from n in Enumerable.Range(0, 2) select (short)(n * 6 + l * 2 + c)];
        string columns = _files.Write("b.npy", NpyBytes.Of(">i2", "2, 3, 2", [.. columnMajor.SelectMany(v => BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(v)))], isColumnMajor: true));

        IReadOnlyList<SequenceRecord> a = _files.Read(new ReadSettings { Path = rows }), b = _files.Read(new ReadSettings { Path = columns });

        Assert.Equal([6f, 7f, 8f, 9f, 10f, 11f], a[1].Reals());
        Assert.Equal(2, a[1].Channels());
        Assert.Equal(a.SelectMany(r => r.Reals()), b.SelectMany(r => r.Reals()));
    }

    [Fact]
    public void Channels_may_come_before_steps()
    {
        string path = _files.Write("x.npy", NpyBytes.Floats("1, 2, 3", 1, 2, 3, 10, 20, 30));

        Assert.Equal([1f, 10f, 2f, 20f, 3f, 30f], Assert.Single(_files.Read(new ReadSettings { Path = path })).Reals());
    }

    [Fact]
    public void Texts_are_labels_and_floats_are_targets()
    {
        string x = _files.Write("x.npy", NpyBytes.Floats("2, 2", 1, 2, 3, 4));
        string names = _files.Write("names.npy", NpyBytes.Of("<U3", "2,", Encoding.UTF32.GetBytes("ab\0cde")));
        string targets = _files.Write("targets.npy", NpyBytes.Floats("2,", 0.5f, float.NaN));

        Assert.Equal(["ab", "cde"], _files.Read(new ReadSettings { Path = x, LabelTable = names }).Select(r => r.Label));
        Assert.Equal([0.5f], _files.Read(new ReadSettings { Path = x, LabelTable = targets })[0].Targets!);
        Assert.Null(_files.Read(new ReadSettings { Path = x, LabelTable = targets })[1].Targets);
    }

    [Fact]
    public void Integers_are_symbols_when_asked_for()
    {
        string path = _files.Write("x.npy", NpyBytes.Of("|u1", "1, 3", [0, 7, 255]));

        Assert.Equal(["0", "7", "255"], Assert.Single(_files.Read(new ReadSettings { Path = path, Content = ContentKind.Symbols })).Symbols());
    }

    [Fact]
    public void Values_that_are_missing_or_infinite_are_told_with_row_and_column()
    {
        string missing = _files.Write("m.npy", NpyBytes.Floats("2, 2", 1, 2, 3, float.NaN)), infinite = _files.Write("i.npy", NpyBytes.Floats("1, 2", 1, float.PositiveInfinity));

        Assert.Contains("m.npy(2,2): the value is missing", _files.Error(new ReadSettings { Path = missing }), StringComparison.Ordinal);
        Assert.Equal(2, _files.Read(new ReadSettings { Path = missing, Missing = MissingRule.Keep }).Count);
        Assert.Contains("i.npy(1,2)", _files.Error(new ReadSettings { Path = infinite, Missing = MissingRule.Keep }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("|O", "2,", "pickled objects")]
    [InlineData("<c8", "1,", "expected integers, floats or texts")]
    [InlineData("<f4", "1, 1, 1, 2", "4 dimensions")]
    [InlineData("<f4", "0, 2", "size 0")]
    [InlineData("<f4", "3, 2", "announces 24 bytes of data, found 8")]
    [InlineData("<f4", "999999999999, 999999999999", "announces")]
    [InlineData("<U2", "1,", "texts")]
    public void What_is_no_array_of_sequences_is_told(string type, string shape, string fault) =>
        Assert.Contains(fault, _files.Error(new ReadSettings { Path = _files.Write("x.npy", NpyBytes.Of(type, shape, new byte[8])) }), StringComparison.Ordinal);

    [Fact]
    public void Plain_text_called_npy_is_told() =>
        Assert.Contains("expected the bytes 93 'NUMPY'", _files.Error("0.npy", "imgs/0 sample_0.png 0 1\n"), StringComparison.Ordinal);

    [Fact]
    public void Labels_for_another_number_of_rows_are_told()
    {
        string path = _files.Write("x.npy", NpyBytes.Floats("2, 2", 1, 2, 3, 4));
        _files.Write("y.npy", NpyBytes.Of("|u1", "3,", [1, 2, 3]));

        Assert.Contains("found 3 labels for 2 rows", _files.Error(new ReadSettings { Path = path }), StringComparison.Ordinal);
    }
}

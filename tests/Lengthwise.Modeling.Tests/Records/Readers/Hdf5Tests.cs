using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;
using PureHDF;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class Hdf5Tests : IDisposable
{
    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    public static byte[] Bytes(params (string Name, object Value)[] datasets)
    {
        var file = new H5File();
        foreach ((string name, object value) in datasets) file[name] = value;
        var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }

    [Fact]
    public void Datasets_are_understood_by_their_names()
    {
        string path = _files.Write("x.h5", Bytes(("x", new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }), ("y", new[] { 3, 5 }), ("patient", new[] { "p1", "p2" })));

        IReadOnlyList<SequenceRecord> records = _files.Read(new ReadSettings { Path = path });

        Assert.Equal([4f, 5f, 6f], records[1].Reals());
        Assert.Equal([("3", "p1"), ("5", "p2")], records.Select(r => (r.Label, r.Group)));
    }

    [Fact]
    public void Integers_have_three_dimensions_too()
    {
        string path = _files.Write("x.h5", Bytes(("recordings", new short[,,] { { { 1, 10 }, { 2, 20 }, { 3, 30 } } })));

        SequenceRecord record = Assert.Single(_files.Read(new ReadSettings { Path = path }));

        Assert.Equal(2, record.Channels());
        Assert.Equal([1f, 10f, 2f, 20f, 3f, 30f], record.Reals());
    }

    [Fact]
    public void Floats_beside_the_values_are_targets()
    {
        string path = _files.Write("x.h5", Bytes(("data", new double[,] { { 1, 2 }, { 3, 4 } }), ("y", new[] { 0.5, 1.5 })));

        Assert.Equal([[0.5f], [1.5f]], _files.Read(new ReadSettings { Path = path }).Select(r => r.Targets!));
    }

    [Fact]
    public void Two_arrays_leave_a_doubt()
    {
        string path = _files.Write("x.h5", Bytes(("one", new float[,] { { 1, 2 } }), ("two", new float[,] { { 3, 4 } })));

        Assert.Contains("value_columns", _files.Error(new ReadSettings { Path = path }), StringComparison.Ordinal);
        Assert.Equal([3f, 4f], Assert.Single(_files.Read(new ReadSettings { Path = path, ValueColumns = ["two"] })).Reals());
    }

    [Fact]
    public void What_is_no_HDF5_file_is_told() => Assert.Contains("reading", _files.Error("x.h5", "hello"), StringComparison.Ordinal);
}

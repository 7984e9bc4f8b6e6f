using PureHDF;

namespace Lengthwise.Modeling.Records.Readers.Arrays;

/// <summary>A dataset of an HDF5 file as an array of sequences.</summary>
internal sealed class Hdf5Array : SequenceArray
{
    private readonly Hdf5File _hdf5;
    private readonly IH5Dataset _dataset;
    private readonly string _path;
    private readonly string _name;

    /// <summary>Opens a dataset.</summary>
    /// <exception cref="LengthwiseException">It is missing or damaged, or its shape does not fit its file.</exception>
    public Hdf5Array(FileInfo file, Hdf5Dataset dataset)
    {
        (_path, _name, Shape) = (dataset.Path, $"{file.Name}:/{dataset.Path}", dataset.Shape);
        if (Shape.Count is 0 or > 3 || Shape.Any(s => s <= 0))
            throw new LengthwiseException(
                ExitCode.Data, $"reading '{_name}': its shape is {string.Join(" x ", Shape)}, expected [n, steps] or [n, steps, channels]", "set 'value_columns' in [task] to the dataset of the sequences");
        _hdf5 = Hdf5File.Open(file);
        _dataset = _hdf5.Dataset(dataset.Path);
        IsInteger = dataset.Kind == H5DataTypeClass.FixedPoint;
        ElementBytes = _dataset.Type.Size;
    }

    public override string Name => _name;

    public override IReadOnlyList<long> Shape { get; }

    public override bool IsInteger { get; }

    public override int ElementBytes { get; }

    public override double[] Read(long first, int count) => _hdf5.Numbers(_dataset, _path, first, count);

    public override void Dispose() => _hdf5.Dispose();
}

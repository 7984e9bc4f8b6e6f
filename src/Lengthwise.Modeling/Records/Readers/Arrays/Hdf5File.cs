using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace Lengthwise.Modeling.Records.Readers.Arrays;

/// <summary>A dataset of an HDF5 file as it stands in the file's tree.</summary>
/// <param name="Path">Path without the leading slash.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Kind">Class of its elements.</param>
internal sealed record Hdf5Dataset(string Path, IReadOnlyList<long> Shape, H5DataTypeClass Kind)
{
    public bool IsNumeric => Kind is H5DataTypeClass.FixedPoint or H5DataTypeClass.FloatingPoint;
}

/// <summary>An HDF5 file, opened, with everything that can go wrong turned into a message.</summary>
internal sealed class Hdf5File : IDisposable
{
    private const int MaxDepth = 8;
    private const int MaxDatasets = 10_000;

    private readonly FileInfo _file;
    private readonly NativeFile _hdf5;

    private Hdf5File(FileInfo file)
    {
        _file = file;
        _hdf5 = Guard("its head", () =>
        {
            FileStream stream = SourceFile.Open(file);
            try
            {
                return H5File.Open(stream, leaveOpen: false);
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        });
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="LengthwiseException">It is missing, damaged, or no HDF5 file.</exception>
    public static Hdf5File Open(FileInfo file) => new(file);

    /// <summary>All datasets.</summary>
    /// <exception cref="LengthwiseException">The tree is damaged or has no end.</exception>
    public IReadOnlyList<Hdf5Dataset> Datasets()
    {
        var found = new List<Hdf5Dataset>();
        Guard("its tree", () =>
        {
            Collect(_hdf5, "", 0, found);
            return true;
        });
        return found;
    }

    /// <summary>A dataset.</summary>
    /// <exception cref="LengthwiseException">It is damaged or missing.</exception>
    public IH5Dataset Dataset(string path) => Guard($"dataset '{path}'", () => _hdf5.Dataset(path));

    /// <summary>Numbers of some rows of a dataset, row-major.</summary>
    /// <exception cref="LengthwiseException">It is damaged, or its elements are of a kind that is not read.</exception>
    public double[] Numbers(IH5Dataset dataset, string path, long first, long count) => Guard($"dataset '{path}'", () =>
    {
        ulong[] sizes = dataset.Space.Dimensions;
        var starts = new ulong[sizes.Length];
        ulong[] blocks = [.. sizes];
        (starts[0], blocks[0]) = ((ulong)first, (ulong)count);
        var rows = new HyperslabSelection(sizes.Length, starts, blocks);
        IH5DataType type = dataset.Type;
        bool isSigned = type.Class == H5DataTypeClass.FixedPoint && type.FixedPoint.IsSigned;
        double[] values = (type.Class, type.Size, isSigned) switch
        {
            (H5DataTypeClass.FloatingPoint, 4, _) => Array.ConvertAll(dataset.Read<float[]>(rows), v => (double)v),
            (H5DataTypeClass.FloatingPoint, 8, _) => dataset.Read<double[]>(rows),
            (H5DataTypeClass.FixedPoint, 1, true) => Array.ConvertAll(dataset.Read<sbyte[]>(rows), v => (double)v),
            (H5DataTypeClass.FixedPoint, 1, false) => Array.ConvertAll(dataset.Read<byte[]>(rows), v => (double)v),
            (H5DataTypeClass.FixedPoint, 2, true) => Array.ConvertAll(dataset.Read<short[]>(rows), v => (double)v),
            (H5DataTypeClass.FixedPoint, 2, false) => Array.ConvertAll(dataset.Read<ushort[]>(rows), v => (double)v),
            (H5DataTypeClass.FixedPoint, 4, true) => Array.ConvertAll(dataset.Read<int[]>(rows), v => (double)v),
            (H5DataTypeClass.FixedPoint, 4, false) => Array.ConvertAll(dataset.Read<uint[]>(rows), v => (double)v),
            (H5DataTypeClass.FixedPoint, 8, true) => Array.ConvertAll(dataset.Read<long[]>(rows), v => (double)v),
            (H5DataTypeClass.FixedPoint, 8, false) => Array.ConvertAll(dataset.Read<ulong[]>(rows), v => (double)v),
            _ => throw new InvalidDataException(FormattableString.Invariant($"elements of kind {type.Class} with {type.Size} bytes are not read")),
        };
        long expected = blocks.Aggregate(1L, (a, b) => a * (long)b);
        return values.LongLength == expected ? values : throw new InvalidDataException(FormattableString.Invariant($"found {values.LongLength} values, expected {expected}"));
    });

    /// <summary>Texts of a dataset of one dimension.</summary>
    /// <exception cref="LengthwiseException">It is damaged, or holds something else.</exception>
    public string?[] Texts(string path) => Guard($"dataset '{path}'", () => _hdf5.Dataset(path).Read<string?[]>());

    /// <inheritdoc/>
    public void Dispose() => _hdf5.Dispose();

    private static void Collect(IH5Group group, string prefix, int depth, List<Hdf5Dataset> found)
    {
        if (depth > MaxDepth) throw new InvalidDataException(FormattableString.Invariant($"groups are nested more than {MaxDepth} deep"));
        foreach (IH5Object child in group.Children())
        {
            if (found.Count >= MaxDatasets) throw new InvalidDataException(FormattableString.Invariant($"found more than {MaxDatasets} datasets"));
            string path = prefix + child.Name;
            if (child is IH5Group inner) Collect(inner, path + "/", depth + 1, found);
            else if (child is IH5Dataset dataset) found.Add(new Hdf5Dataset(path, [.. dataset.Space.Dimensions.Select(d => checked((long)d))], dataset.Type.Class));
        }
    }

    /// <summary>Whatever a decoder meets in a file that nobody vouches for is the file's fault.</summary>
    private T Guard<T>(string what, Func<T> read)
    {
        try
        {
            return Watchdog.Run(read, Watchdog.LimitFor(_file.Length));
        }
        catch (Exception e) when (e is not (LengthwiseException or OperationCanceledException))
        {
            string fault = e is OutOfMemoryException ? "it announces more than the memory holds" : e.Message;
            throw new LengthwiseException(
                ExitCode.Data, $"reading '{_file}', {what}: {fault}", "the file is damaged or uses a part of HDF5 that is not read; write it again with plain or gzip-compressed datasets", e);
        }
    }
}

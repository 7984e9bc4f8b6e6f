using System.Globalization;

namespace Lengthwise.Modeling.Records.Readers.Arrays;

/// <summary>Rows of an array as sequences.</summary>
internal sealed class ArraySource : RecordSource
{
    private const long PartBytes = 64 << 20;
    private const long BlockBytes = 8 << 20;

    /// <summary>Beyond this, 32-bit numbers skip integers.</summary>
    private const double LargestSymbol = 1L << 53;

    private readonly string _name;
    private readonly IReadOnlyList<FileInfo> _files;
    private readonly Func<SequenceArray> _open;
    private readonly RowLabels _labels;
    private readonly ReadSettings _settings;
    private readonly List<string> _notes;
    private readonly bool _channelsAreLast = true;
    private readonly bool _isOne;

    /// <summary>A source of the rows.</summary>
    /// <exception cref="LengthwiseException">The dimensions leave a doubt, or do not fit the settings or the labels.</exception>
    public ArraySource(string name, IReadOnlyList<FileInfo> files, Func<SequenceArray> open, RowLabels labels, ReadSettings settings, IEnumerable<string> notes)
    {
        (_name, _files, _open, _labels, _settings, _notes) = (name, files, open, labels, settings, [.. notes]);
        using SequenceArray array = open();
        string shape = string.Join(" x ", array.Shape.Select(s => s.ToString(CultureInfo.InvariantCulture)));
        _notes.Insert(0, $"array of {shape} {(array.IsInteger ? "integers" : "floats")}");
        IsSymbols = settings.Content switch
        {
            ContentKind.Symbols => true,
            ContentKind.Auto or ContentKind.Real => false,
            _ => throw Refused($"'content' is \"{Recipes.Naming.ToKey(settings.Content)}\", but the elements are numbers", "set 'content' in [task] to \"real\" or \"symbols\""),
        };
        _isOne = array.Shape.Count == 1;
        if (_isOne) _notes.Add("one dimension: a single recording");
        if (array.Shape.Count == 3) _channelsAreLast = AxesInference.ChannelsAreLast(name, [(array.Shape[1], array.Shape[2])], settings.Axes, _notes);
        if (IsSymbols && array.Shape.Count == 3) throw Refused("symbols have no channels, but the array has three dimensions", "set 'content = \"real\"' in [task]");
        if (IsSymbols && !array.IsInteger) throw Refused("'content' is \"symbols\", but the elements are floats", "set 'content = \"real\"' in [task]");
        long values = _isOne ? array.Shape[0] : array.RowValues;
        if (values > SequenceLimit.MaxValues) throw Refused($"a sequence has {values} values, the limit is {SequenceLimit.MaxValues}", "store it as several recordings");
        Rows = _isOne ? 1 : array.Shape[0];
        Channels = array.Shape.Count < 3 ? 1 : (int)array.Shape[_channelsAreLast ? 2 : 1];
        CheckLabels();
        Parts = Cut(values * array.ElementBytes);
    }

    public override string Name => _name;

    public override IReadOnlyList<string> Description => _notes;

    public override IReadOnlyList<FileInfo> Files => _files;

    public override IReadOnlyList<string> TargetNames => _labels.TargetNames;

    public override IReadOnlyList<RecordPart> Parts { get; }

    private bool IsSymbols { get; }

    private long Rows { get; }

    private int Channels { get; }

    private Part[] Cut(long rowBytes)
    {
        long perPart = Math.Clamp(PartBytes / rowBytes, 1, Rows), count = (Rows + perPart - 1) / perPart;
        return [.. Enumerable.Range(0, (int)count).Select(i => new Part(this, i * perPart, Math.Min(Rows, (i + 1) * perPart), rowBytes))];
    }

    private void CheckLabels()
    {
        foreach (Array? labels in new Array?[] { _labels.Labels, _labels.Groups, _labels.Ids, _labels.Splits })
            if (labels is not null && labels.Length != Rows)
                throw new LengthwiseException(ExitCode.Data, FormattableString.Invariant($"reading '{_name}': found {labels.Length} labels for {Rows} rows"), "they belong to different files");
        if (_labels.Targets is { } targets && targets.Length != Rows * _labels.TargetNames.Count)
            throw new LengthwiseException(ExitCode.Data, FormattableString.Invariant($"reading '{_name}': found {targets.Length / _labels.TargetNames.Count} rows of targets for {Rows} rows"), "they belong to different files");
    }

    private LengthwiseException Refused(FormattableString found, string hint) => Refused(FormattableString.Invariant(found), hint);

    private LengthwiseException Refused(string found, string hint) => new(ExitCode.Usage, $"reading '{_name}': {found}", hint);

    private SequenceRecord? Make(string array, ReadOnlySpan<double> row, long index, BadRows problems)
    {
        try
        {
            return new SequenceRecord
            {
                Where = FormattableString.Invariant($"{array}, row {index + 1}"),
                Content = IsSymbols ? Symbols(row) : Reals(row),
                Label = _labels.Labels?[index],
                Group = _labels.Groups?[index],
                Id = _labels.Ids?[index],
                Split = _labels.Splits?[index] is { } split ? SplitCell.Read(split, 1) : null,
                Targets = TargetsOf(index),
            };
        }
        catch (RowFault fault)
        {
            problems.Report(RowParser.Place(array, index + 1, fault.Column), fault.Message);
            return null;
        }
    }

    private float[]? TargetsOf(long index)
    {
        if (_labels.Targets is null) return null;
        int count = _labels.TargetNames.Count;
        float[] targets = _labels.Targets.AsSpan((int)(index * count), count).ToArray();
        return Array.TrueForAll(targets, float.IsNaN) ? null : targets;
    }

    private SequenceContent.Reals Reals(ReadOnlySpan<double> row)
    {
        var values = new float[row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            values[i] = (float)row[i];
            if (float.IsNaN(values[i]) && _settings.Missing == MissingRule.Error) throw new RowFault(i + 1, Cell.Fault(CellKind.Missing, "NaN"));
            if (float.IsInfinity(values[i])) throw new RowFault(i + 1, Cell.Fault(double.IsInfinity(row[i]) ? CellKind.Infinite : CellKind.TooLarge, row[i].ToString(CultureInfo.InvariantCulture)));
        }
        return new SequenceContent.Reals(_channelsAreLast ? values : ChannelOrder.ToSteps(values, Channels), Channels);
    }

    private static SequenceContent.Symbols Symbols(ReadOnlySpan<double> row)
    {
        var names = new string[row.Length];
        for (int i = 0; i < row.Length; i++)
            names[i] = Math.Abs(row[i]) <= LargestSymbol ? row[i].ToString("0", CultureInfo.InvariantCulture) : throw new RowFault(i + 1, "the integer is too large for a symbol");
        return new SequenceContent.Symbols(names);
    }

    private sealed class Part(ArraySource source, long first, long end, long rowBytes) : RecordPart
    {
        public override string Name => FormattableString.Invariant($"{Path.GetFileName(source._name)}, rows {first + 1} to {end}");

        public override long Bytes => (end - first) * rowBytes;

        public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation)
        {
            using SequenceArray array = source._open();
            int rowsPerBlock = (int)Math.Clamp(BlockBytes / rowBytes, 1, end - first);
            int rowValues = (int)(source._isOne ? array.Shape[0] : array.RowValues);
            for (long at = first; at < end; at += rowsPerBlock)
            {
                int count = (int)Math.Min(rowsPerBlock, end - at);
                double[] block = array.Read(at, source._isOne ? rowValues : count);
                for (int r = 0; r < count; r++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (source.Make(array.Name, block.AsSpan(r * rowValues, rowValues), at + r, problems) is { } record) yield return record;
                }
            }
        }
    }
}

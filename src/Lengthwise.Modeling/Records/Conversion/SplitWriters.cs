using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records.Encodings;

namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>The open splits of a conversion; each row is encoded and added to its own.</summary>
internal sealed class SplitWriters : IDisposable
{
    private readonly SequenceEncoder _encoder;
    private readonly FittedEncoding _encoding;
    private readonly RowDivision _division;
    private readonly SplitTally _tally = new();
    private readonly PackedSplitWriter[] _writers;
    private readonly bool _isByteStored;

    /// <summary>Starts the files.</summary>
    public SplitWriters(FittedEncoding encoding, RowDivision division, ConvertedFiles files)
    {
        (_encoding, _division, _encoder) = (encoding, division, new SequenceEncoder(encoding));
        SplitShape shape = ShapeOf(encoding, division);
        int count = division.Splits.Contains(RowDivision.UnlabelledSplit) ? 4 : 3;
        _writers = new PackedSplitWriter[count];
        for (int split = 0; split < count; split++)
        {
            _writers[split] = new PackedSplitWriter(files.SplitPath(split), shape);
            _tally.Open(split);
        }
        _isByteStored = shape.Kind == ElementKind.ByteReal;
        if (_isByteStored)
            foreach (PackedSplitWriter writer in _writers)
                writer.SetScaling([.. encoding.Means.Zip(encoding.Deviations, (mean, deviation) => new ByteScaling(-mean / deviation, 1 / deviation))]);
    }

    /// <summary>Adds a row to its split.</summary>
    public void Add(int split, SpooledRow row)
    {
        int steps = AddPart(split, row.Content!, row.Facts) + (row.Second is null ? 0 : AddPart(split, row.Second, row.Facts));
        int label = row.Facts.Label is { } name ? _encoder.Label(name) ?? SequenceSplit.Unlabelled : SequenceSplit.Unlabelled;
        _writers[split].EndRow(label, _encoder.Targets(row.Facts.Targets));
        _tally.Add(split, steps, label);
    }

    /// <summary>Fills the validation split with the test rows, for protocols that select on them.</summary>
    public void RepeatTestAsValidation(IEnumerable<string> spools)
    {
        int row = 0;
        foreach (SpooledRow spooled in spools.SelectMany(path => Spool.Read(path, withContent: true)))
            if (_division.Splits[row++] == (int)SplitName.Test) Add((int)SplitName.Validation, spooled);
    }

    /// <summary>Completes the files.</summary>
    public SplitTally Finish()
    {
        foreach (PackedSplitWriter writer in _writers) writer.Finish();
        return _tally;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PackedSplitWriter writer in _writers) writer?.Dispose();
    }

    private int AddPart(int split, SequenceContent content, RowFacts facts)
    {
        if (_isByteStored && content is SequenceContent.Levels levels)
        {
            if (levels.Channels != _encoding.Means.Count)
                throw new LengthwiseException(ExitCode.Data, $"{facts.Where}: found {levels.Channels} channels, expected {_encoding.Means.Count}", "give every row the same channels");
            int all = levels.Values.Length / levels.Channels, kept = Math.Min(all, _encoding.MaxLength);
            _writers[split].AddPart(levels.Values.Span[..(kept * levels.Channels)]);
            _tally.Cut(all - kept, 0);
            return kept;
        }
        EncodedSequence encoded = _encoder.Encode(content, facts.Where);
        if (_encoding.Plan.Kind == EncodingKind.Reals) _writers[split].AddPart(encoded.Values);
        else _writers[split].AddPart(encoded.Tokens);
        _tally.Cut(encoded.StepsCut, encoded.UnknownSymbols);
        return encoded.Steps;
    }

    // Bytes stay bytes where that loses nothing: a quarter of the memory for pictures, half for text.
    private static SplitShape ShapeOf(FittedEncoding encoding, RowDivision division)
    {
        ElementKind kind = encoding.Plan.Kind switch
        {
            EncodingKind.Reals => division.HasLevels && encoding.Plan.Normalisation != Normalisation.Sequence ? ElementKind.ByteReal : ElementKind.Real,
            _ => encoding.Symbols.Count + FittedEncoding.Specials <= 256 ? ElementKind.ByteToken : ElementKind.Token,
        };
        return new SplitShape(kind, encoding.Plan.Kind == EncodingKind.Reals ? encoding.Means.Count : 1)
        {
            Classes = encoding.Classes.Count,
            Parts = encoding.IsPair ? 2 : 1,
            Targets = encoding.Targets.Count,
        };
    }
}

/// <summary>Counts what went into the splits.</summary>
internal sealed class SplitTally
{
    private readonly SortedDictionary<int, (int Rows, long Steps, SortedDictionary<int, int> Classes)> _splits = [];

    /// <summary>Sequences cut to the limit.</summary>
    public long RowsCut { get; private set; }

    /// <summary>Steps whose symbol the vocabulary lacks.</summary>
    public long UnknownSymbols { get; private set; }

    /// <summary>Opens a split.</summary>
    public void Open(int split) => _splits[split] = (0, 0, []);

    /// <summary>Counts a row.</summary>
    public void Add(int split, int steps, int label)
    {
        (int rows, long all, SortedDictionary<int, int> classes) = _splits[split];
        classes[label] = classes.GetValueOrDefault(label) + 1;
        _splits[split] = (rows + 1, all + steps, classes);
    }

    /// <summary>Counts what encoding a sequence lost.</summary>
    public void Cut(int steps, int unknown)
    {
        if (steps > 0) RowsCut++;
        UnknownSymbols += unknown;
    }

    /// <summary>The splits in numbers.</summary>
    public IReadOnlyList<SplitSummary> Summaries(int classes) =>
        [.. _splits.Select(s => new SplitSummary(
            RowDivision.Names[s.Key], s.Value.Rows, s.Value.Steps, [.. Enumerable.Range(0, classes).Select(c => s.Value.Classes.GetValueOrDefault(c))]))];
}

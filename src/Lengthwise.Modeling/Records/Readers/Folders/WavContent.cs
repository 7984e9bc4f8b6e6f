namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>Recordings as sequences: all of one rate and number of channels.</summary>
internal sealed class WavContent : FileContent
{
    private readonly int? _wanted;
    private readonly WavFile? _first;

    public WavContent(IReadOnlyList<FolderFile> files, ReadSettings settings)
    {
        if (settings.Content is not (ContentKind.Auto or ContentKind.Real))
            throw new LengthwiseException(
                ExitCode.Usage, $"reading '{settings.Path}': 'content' is \"{Recipes.Naming.ToKey(settings.Content)}\", but WAV files are real", "set 'content = \"real\"' in [task]");
        _wanted = settings.SampleRate;
        // The first recording that can be read says what the others have to be like.
        _first = files.Take(100).Select(f => TryParse(f.File)).FirstOrDefault(w => w is not null);
    }

    public override IReadOnlyList<string> Notes => _first is null
        ? []
        :
        [
            FormattableString.Invariant($"{_first.Channels} channel(s), {_first.SampleRate} samples a second in the first file"),
            _wanted is { } rate ? FormattableString.Invariant($"resampled to {rate} samples a second where they differ") : "samples are taken as they are",
        ];

    public override SequenceContent Read(FileInfo file)
    {
        WavFile wav = WavFile.Parse(Bytes(file, WavFile.MostBytes));
        if (_first is not null && wav.Channels != _first.Channels)
            throw new RowFault(1, FormattableString.Invariant($"found {wav.Channels} channels, the first file has {_first.Channels}"));
        int rate = _wanted ?? _first?.SampleRate ?? wav.SampleRate;
        if (_wanted is null && wav.SampleRate != rate)
            throw new RowFault(1, FormattableString.Invariant($"found {wav.SampleRate} samples a second, the first file has {rate}; 'sample_rate' in [task] makes them equal"));
        return new SequenceContent.Reals(Resampler.Resample(wav.Samples, wav.Channels, wav.SampleRate, rate), wav.Channels);
    }

    private static WavFile? TryParse(FileInfo file)
    {
        try
        {
            return WavFile.Parse(Bytes(file, WavFile.MostBytes));
        }
        catch (Exception e) when (e is RowFault or LengthwiseException)
        {
            return null;
        }
    }
}

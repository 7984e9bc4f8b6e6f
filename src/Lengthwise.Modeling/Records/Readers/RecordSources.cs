namespace Lengthwise.Modeling.Records.Readers;

/// <summary>The one door to users' files.</summary>
public static class RecordSources
{
    /// <summary>Opens a file or folder; nothing but its beginning is read.</summary>
    /// <param name="settings">Where it is and how it is to be understood; valid.</param>
    /// <param name="withSplits">Whether <c>X_TRAIN.ts</c> brings its <c>X_TEST.ts</c> along.</param>
    /// <exception cref="LengthwiseException">The files are missing or damaged, or leave a doubt.</exception>
    public static RecordSource Open(ReadSettings settings, bool withSplits = true) => Open(settings, withSplits, RowCuts.PieceBytes);

    internal static RecordSource Open(ReadSettings settings, bool withSplits, long pieceBytes)
    {
        RecordSource source = new UniqueIdSource(OpenPath(settings, withSplits, pieceBytes));
        return settings.WindowLength is { } length ? new WindowedSource(source, length, settings.WindowStride ?? length) : source;
    }

    private static RecordSource OpenPath(ReadSettings settings, bool withSplits, long pieceBytes)
    {
        if (Directory.Exists(settings.Path)) return OpenFolder(new DirectoryInfo(settings.Path), settings, pieceBytes);
        var file = new FileInfo(settings.Path);
        if (!file.Exists)
            throw new LengthwiseException(ExitCode.Data, $"opening '{settings.Path}': there is no such file or folder", "check 'path' in [task]");
        IReadOnlyList<(FileInfo File, SplitName? Split)> files = withSplits ? SplitFiles.Beside(file) : [(file, null)];
        return OpenFiles(settings.Path, files, settings, pieceBytes);
    }

    private static RecordSource OpenFolder(DirectoryInfo folder, ReadSettings settings, long pieceBytes)
    {
        IReadOnlyList<(FileInfo File, SplitName? Split)> tables = SplitFiles.In(folder, settings.Format);
        if (tables.Count > 0) return OpenFiles(settings.Path, tables, settings, pieceBytes);
        throw new LengthwiseException(ExitCode.Data, $"reading the folder '{folder}': found no files of a known kind");
    }

    private static RecordSource OpenFiles(string name, IReadOnlyList<(FileInfo File, SplitName? Split)> files, ReadSettings settings, long pieceBytes)
    {
        if (files.Count == 1) return OpenFile(files[0].File, settings, pieceBytes);
        return new CombinedSource(name, [.. files.Select(f => (OpenFile(f.File, settings, pieceBytes), f.Split))]);
    }

    private static RecordSource OpenFile(FileInfo file, ReadSettings settings, long pieceBytes)
    {
        FileFormat format = settings.Format == FileFormat.Auto ? FormatDetection.Of(file) : settings.Format;
        return format switch
        {
            FileFormat.Csv or FileFormat.Tsv => DelimitedSource.Open(file, format, settings, pieceBytes),
            FileFormat.Jsonl => JsonLinesSource.Open(file, settings, pieceBytes),
            FileFormat.Ts => TsSource.Open(file, settings, pieceBytes),
            _ => throw new LengthwiseException(ExitCode.Usage, $"reading '{file}': format '{Recipes.Naming.ToKey(format)}' does not fit a single file"),
        };
    }
}

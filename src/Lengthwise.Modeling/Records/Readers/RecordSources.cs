using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records.Readers.Arrays;
using Lengthwise.Modeling.Records.Readers.Columns;
using Lengthwise.Modeling.Records.Readers.Folders;

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
        if (FormatDetection.IsArchive(file.Name)) return OpenFolder(Unpack(file), settings, pieceBytes);
        IReadOnlyList<(FileInfo File, SplitName? Split)> files = withSplits ? SplitFiles.Beside(file) : [(file, null)];
        return OpenFiles(settings.Path, files, settings, pieceBytes);
    }

    /// <summary>Unpacks an archive once, beside itself; a changed archive goes to another folder.</summary>
    private static DirectoryInfo Unpack(FileInfo archive)
    {
        long stamp = archive.Length * 1_000_003 ^ archive.LastWriteTimeUtc.Ticks;
        var folder = new DirectoryInfo(FormattableString.Invariant($"{archive.FullName}.{stamp:x}.unpacked"));
        if (!folder.Exists) ArchiveExtraction.Extract(archive, folder, null, CancellationToken.None);
        folder.Refresh();
        return folder;
    }

    private static RecordSource OpenFolder(DirectoryInfo folder, ReadSettings settings, long pieceBytes)
    {
        IReadOnlyList<(FileInfo File, SplitName? Split)> tables = SplitFiles.In(FolderFiles.Unwrap(folder), settings.Format);
        return tables.Count > 0 ? OpenFiles(settings.Path, tables, settings, pieceBytes) : FolderSource.Open(folder, settings);
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
            FileFormat.Parquet => ParquetSource.Open(file, settings),
            FileFormat.Npy => NpySource.Open(file, settings),
            FileFormat.Hdf5 => Hdf5Source.Open(file, settings),
            FileFormat.Text or FileFormat.Images or FileFormat.Wav => FolderSource.OpenFile(file, format, settings),
            _ => throw new LengthwiseException(ExitCode.Usage, $"reading '{file}': format '{Recipes.Naming.ToKey(format)}' does not fit a single file"),
        };
    }
}

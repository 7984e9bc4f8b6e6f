using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;
using Lengthwise.Modeling.Records.Readers.Folders;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>Clips of Speech Commands: a folder of WAV files per word, divided by the official lists or by a manifest.</summary>
internal static class SpeechFiles
{
    private const string Validation = "validation_list.txt", Test = "testing_list.txt", Manifest = "manifest.csv";
    private const int HeaderBytes = 44;
    private const long MostBytes = 16 << 20;

    /// <summary>Samples a second of the official clips, each of which is a second or shorter.</summary>
    public const int OriginalRate = 16_000;

    /// <summary>Recognises the layout and opens it; null when there is none.</summary>
    /// <param name="files">File or folder.</param>
    /// <param name="words">Words that are wanted.</param>
    /// <param name="rate">Samples a second that are wanted.</param>
    /// <param name="isShuffled">Whether lists are ignored and only clips of a second are taken, as in the published SC10.</param>
    /// <exception cref="LengthwiseException">A word is missing.</exception>
    public static FileSource? Open(FileSystemInfo files, IReadOnlyList<string> words, int rate, bool isShuffled)
    {
        DirectoryInfo? root = FolderSearch.Find(files, folder => words.Count(word => FolderSearch.Child(folder, word) is not null) > words.Count / 4);
        if (root is null) return null;
        string[] missing = [.. words.Where(word => FolderSearch.Child(root, word) is null)];
        if (missing.Length > 0)
            throw new LengthwiseException(
                ExitCode.Data, FormattableString.Invariant($"'{root.FullName}' lacks {missing.Length} of {words.Count} words: {string.Join(", ", missing.Take(10))}"),
                "for the ten commands set 'task.words = 10', or get the whole archive");

        Func<string, SplitName?>? splitOf = isShuffled ? _ => null : Division(root);
        var clips = new List<FileInfo>();
        var parts = new List<RecordPart>();
        foreach (string word in words)
        {
            IReadOnlyList<FileInfo> found = FolderSearch.Files(FolderSearch.Child(root, word)!, ".wav");
            if (isShuffled) found = [.. found.Where(f => f.Length == HeaderBytes + OriginalRate * sizeof(short))];
            clips.AddRange(found);
            parts.AddRange(FileSource.PartsOf(word, found, (file, problems) => Read(file, word, rate, splitOf?.Invoke($"{word}/{file.Name}"), problems)));
        }
        // The lists are hashed with the clips: another division is other data.
        FileInfo[] lists = isShuffled ? [] : [.. new[] { Validation, Test, Manifest }.Select(name => new FileInfo(Path.Combine(root.FullName, name))).Where(f => f.Exists)];
        int padded = clips.Count(f => f.Length < HeaderBytes + OriginalRate * sizeof(short));
        return new FileSource(
            root,
            [.. lists, .. clips],
            parts,
            FormattableString.Invariant($"{clips.Count} clips of {words.Count} words; {padded} shorter than a second, padded with zeros"),
            isShuffled ? "shuffled; only clips of exactly a second" : lists.Length > 0 ? $"divided by {string.Join(", ", lists.Select(f => f.Name))}" : "no lists found: divided by speaker");
    }

    private static Func<string, SplitName?>? Division(DirectoryInfo root)
    {
        FileInfo validation = new(Path.Combine(root.FullName, Validation)), test = new(Path.Combine(root.FullName, Test)), manifest = new(Path.Combine(root.FullName, Manifest));
        var splits = new Dictionary<string, SplitName>(StringComparer.Ordinal);
        if (validation.Exists && test.Exists)
        {
            foreach (string line in Lines(validation)) splits[line.Trim()] = SplitName.Validation;
            foreach (string line in Lines(test)) splits[line.Trim()] = SplitName.Test;
            // What stands in neither list is for training.
            return path => splits.GetValueOrDefault(path, SplitName.Train);
        }
        if (!manifest.Exists) return null;
        string[] lines = [.. Lines(manifest)];
        string[] header = lines.Length == 0 ? [] : lines[0].Split(',');
        int pathAt = Array.IndexOf(header, "path"), splitAt = Array.IndexOf(header, "split");
        if (pathAt < 0 || splitAt < 0)
            throw new LengthwiseException(ExitCode.Data, $"{manifest.FullName}(1): found the columns {string.Join(", ", header)}, expected 'path' and 'split' among them", "correct the header, or remove the manifest to divide by speaker");
        for (int i = 1; i < lines.Length; i++)
        {
            string[] fields = lines[i].Split(',');
            SplitName? split = fields.Length != header.Length ? null : fields[splitAt] switch { "train" => SplitName.Train, "valid" or "validation" => SplitName.Validation, "test" => SplitName.Test, _ => null };
            splits[fields[Math.Min(pathAt, fields.Length - 1)]] = split ?? throw new LengthwiseException(
                ExitCode.Data, FormattableString.Invariant($"{manifest.FullName}({i + 1}): found '{lines[i]}', expected {header.Length} fields with the split train, valid or test"), "correct the line");
        }
        return path => splits.TryGetValue(path, out SplitName split) ? split : throw new LengthwiseException(
            ExitCode.Data, $"'{manifest.FullName}' does not name the clip '{path}'", "add the clip to the manifest, or remove the clip");
    }

    private static IEnumerable<string> Lines(FileInfo file)
    {
        if (file.Length > MostBytes) throw new LengthwiseException(ExitCode.Data, FormattableString.Invariant($"'{file.FullName}' has {file.Length} bytes, expected a list of at most {MostBytes}"), "check that this is the right file");
        return File.ReadLines(file.FullName).Where(line => line.Length > 0);
    }

    private static SequenceRecord? Read(FileInfo file, string word, int rate, SplitName? split, BadRows problems)
    {
        string name = Path.GetFileNameWithoutExtension(file.Name);
        int end = name.IndexOf("_nohash_", StringComparison.Ordinal);
        try
        {
            if (file.Length > MostBytes) throw new RowFault(1, FormattableString.Invariant($"found {file.Length} bytes, expected a clip of a second"));
            WavFile wav = WavFile.Parse(File.ReadAllBytes(file.FullName));
            if (wav.Channels != 1) throw new RowFault(1, FormattableString.Invariant($"found {wav.Channels} channels, expected 1"));
            float[] samples = Resampler.Resample(wav.Samples, 1, wav.SampleRate, rate);
            if (samples.Length < rate) Array.Resize(ref samples, rate);
            return new SequenceRecord
            {
                Where = file.FullName,
                Id = $"{word}/{file.Name}",
                Group = end > 0 ? name[..end] : null,
                Split = split,
                Label = word,
                Content = new SequenceContent.Reals(samples, 1),
            };
        }
        catch (RowFault fault)
        {
            problems.Report(file.FullName, fault.Message);
            return null;
        }
    }
}

using System.Globalization;
using System.Text;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Cli.Output;

/// <summary>Writes splits as text in the layout of Long Range Arena's files: <c>Source TAB Target</c>, one sequence a line.</summary>
internal static class SplitText
{
    /// <summary>Writes <c>train.tsv</c>, <c>validation.tsv</c> and <c>test.tsv</c>; a reader sees a whole file or the one before.</summary>
    public static IReadOnlyList<FileInfo> Write(DirectoryInfo folder, PreparedTask data, CancellationToken cancellation) =>
        [.. ExportedSplits.Of(data).Select(s => Write(new FileInfo(Path.Combine(folder.FullName, $"{s.Name}.tsv")), data.Shape, s.Split, cancellation))];

    private static FileInfo Write(FileInfo file, TaskShape shape, SequenceSplit split, CancellationToken cancellation)
    {
        AtomicFile.Write(file.FullName, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(split.Parts == 2 ? "Source1\tSource2\tTarget" : "Source\tTarget");
            for (int row = 0; row < split.Count; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                for (int part = 0; part < split.Parts; part++)
                {
                    WriteSequence(writer, shape.Input, split, row, part);
                    writer.Write('\t');
                }
                writer.WriteLine(Target(shape.Output, split, row));
            }
        });
        return file;
    }

    private static string Target(OutputSpec output, SequenceSplit split, int row) => output switch
    {
        ClassOutput classes => split.Label(row) == SequenceSplit.Unlabelled ? "" : classes.Classes[split.Label(row)],
        RegressionOutput regression => string.Join(' ', split.Targets(row).ToArray().Select(
            (target, k) => float.IsFinite(target) ? (target * regression.Scales[k] + regression.Offsets[k]).ToString(CultureInfo.InvariantCulture) : "")),
        _ => "",
    };

    // Symbols, or the numbers that the model would see; the channels of a step stand side by side.
    private static void WriteSequence(StreamWriter writer, InputSpec input, SequenceSplit split, int row, int part)
    {
        bool isFirst = true;
        if (input is TokenInput tokens)
        {
            foreach (ushort id in split.Tokens(row, part)) Word(tokens.Vocabulary[id]);
            return;
        }
        foreach (float value in split.Values(row, part)) Word(value.ToString(CultureInfo.InvariantCulture));

        void Word(string text)
        {
            if (!isFirst) writer.Write(' ');
            writer.Write(text);
            isFirst = false;
        }
    }
}

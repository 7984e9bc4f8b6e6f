using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tasks;

/// <summary>
/// Makes the splits of a generated classification task: labels balanced to one row, no sequence twice within or across splits, each
/// row from a random stream of its own. The test split is drawn first and does not depend on the other sizes.
/// </summary>
/// <param name="task">Name of the task, and of its streams.</param>
/// <param name="shape">What the task is; tokens and classes.</param>
/// <param name="settings">Sizes and seed.</param>
/// <param name="draw">Draws a sequence with the given label.</param>
internal sealed class ProbeSplits(string task, TaskShape shape, ProbeSettings settings, Func<int, RandomStream, ushort[]> draw)
{
    private const int MostRepeats = 1000;
    private readonly HashSet<UInt128> _seen = [];

    /// <summary>Draws all splits.</summary>
    /// <exception cref="LengthwiseException">The settings do not allow that many different sequences.</exception>
    public PreparedTask Prepare(IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        MemorySplit test = Draw("test", settings.TestSize, progress, cancellation);
        MemorySplit validation = Draw("validation", settings.ValidationSize, progress, cancellation);
        MemorySplit train = Draw("train", settings.TrainSize, progress, cancellation);
        return new PreparedTask(
            shape, train, validation, test, SplitHash.Combine(train.ContentHash, validation.ContentHash, test.ContentHash), []);
    }

    private MemorySplit Draw(string split, int size, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        int classes = ((ClassOutput)shape.Output).Classes.Count;
        var labels = new int[size];
        for (int row = 0; row < size; row++) labels[row] = row % classes;
        new RandomStream(settings.Seed, $"{task}/{split}/labels").Shuffle<int>(labels);

        var rows = new ushort[size][];
        for (int row = 0; row < size; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            rows[row] = DrawUnseen(labels[row], new RandomStream(settings.Seed, $"{task}/{split}", row));
        }
        progress?.Report(new PreparationProgress($"{task}: {split} sequences", size, size));
        return MemorySplit.OfTokens(rows, labels, classes);
    }

    private ushort[] DrawUnseen(int label, RandomStream random)
    {
        for (int repeat = 0; repeat < MostRepeats; repeat++)
        {
            ushort[] row = draw(label, random);
            if (_seen.Add(Fingerprint(row))) return row;
        }
        throw new LengthwiseException(
            ExitCode.Usage,
            FormattableString.Invariant($"generating {task}: found no new sequence in {MostRepeats} draws after {_seen.Count} different ones; expected {settings.TrainSize + settings.ValidationSize + settings.TestSize} in all"),
            "make the sequences longer or the splits smaller; equal sequences in two splits would be a leak");
    }

    private static UInt128 Fingerprint(ushort[] row) => MemoryMarshal.Read<UInt128>(SHA256.HashData(MemoryMarshal.AsBytes<ushort>(row)));
}

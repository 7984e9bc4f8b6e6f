using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Training;

/// <summary>A tiny learnable task of any kind: the share of one symbol decides the label, the target, or which of two is larger.</summary>
internal sealed class MadeUpTask(OutputSpec output, int parts = 1, int unlabelled = 0, int labelledEvery = 1, bool isReal = false) : SequenceTask
{
    public static readonly ClassOutput Uneven = new(["few", "many"]);
    public static readonly RegressionOutput Share = new(["share"], [50], [50]);

    public override string Name => "made-up";

    public override string Summary => "for tests";

    public override int Version => 1;

    public override TaskShape Shape => new(isReal ? new RealInput(1) : new TokenInput(["<mask>", "<pad>", "<unk>", "<eos>", "a", "b"]), output, 12, 0.5);

    public override double DefaultMaskRatio => 0.15;

    public override string Citation => "none";

    public override string Licence => "none";

    public FittedEncoding? Encoding { get; init; }

    /// <summary>Group of each of the 24 test rows; null for none.</summary>
    public IReadOnlyList<int>? TestGroups { get; init; }

    /// <summary>Labels of the validation rows; null for those that the sequences have.</summary>
    public int? ValidationLabel { get; init; }

    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        MemorySplit train = Make("train", 48, labelledEvery), validation = Make("validation", 20, 1), test = Make("test", 24, 1);
        return new PreparedTask(Shape, train, validation, test, SplitHash.Combine(train.ContentHash, validation.ContentHash, test.ContentHash), [])
        {
            Unlabelled = unlabelled > 0 ? Make("unlabelled", unlabelled, int.MaxValue) : null,
            Encoding = Encoding,
            TestGroups = TestGroups,
        };
    }

    private MemorySplit Make(string name, int count, int labelled)
    {
        int targets = output is RegressionOutput regression ? regression.Names.Count : 0;
        using var writer = new MemorySplitWriter(new SplitShape(isReal ? ElementKind.Real : ElementKind.Token)
        {
            Classes = (output as ClassOutput)?.Classes.Count ?? 0,
            Parts = parts,
            Targets = targets,
        });
        for (int row = 0; row < count; row++)
        {
            var random = new RandomStream(1, "made-up-" + name, row);
            // One row in four is of the second class.
            double[] shares = [.. Enumerable.Range(0, parts).Select(_ => random.Next(4) == 0 ? 0.85 : 0.15)];
            foreach (double share in shares) AddSequence(writer, 5 + random.Next(8), share, random);
            bool isLabelled = row % labelled == 0 && labelled < int.MaxValue;
            int label = parts == 2 ? shares[0] > shares[1] ? 1 : 0 : shares[0] > 0.5 ? 1 : 0;
            if (name == "validation" && ValidationLabel is { } given) label = given;
            writer.EndRow(
                isLabelled && output is ClassOutput ? label : SequenceSplit.Unlabelled,
                [.. Enumerable.Range(0, targets).Select(k => isLabelled && (row + k) % 5 != 4 ? (float)(2 * shares[0] - 1) : float.NaN)]);
        }
        return writer.Finish();
    }

    private void AddSequence(MemorySplitWriter writer, int length, double share, RandomStream random)
    {
        bool[] drawn = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() < share)];
        if (isReal) writer.AddPart([.. drawn.Select(d => d ? 1f : -1f)]);
        else writer.AddPart([.. drawn.Select(d => (ushort)(d ? 5 : 4))]);
    }
}

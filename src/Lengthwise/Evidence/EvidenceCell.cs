using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lengthwise.Diagnoses;
using Lengthwise.Experiments;

namespace Lengthwise.Evidence;

/// <summary>One finished cell of a claim as one small file: its record and which test items it got right.</summary>
public sealed record EvidenceCell
{
    /// <summary>Distance that counts as near.</summary>
    public const int NearSteps = 4;

    /// <summary>The run's record, without the names of transferred tensors.</summary>
    public required RunRecord Record { get; init; }

    /// <summary>SHA-256 of the resolved recipe: a cell of another recipe is not this cell.</summary>
    public required string RecipeHash { get; init; }

    /// <summary>Test items.</summary>
    public int Count { get; init; }

    /// <summary>One bit an item in their order, 1 where it was given its class; base64. Empty where the score is no accuracy.</summary>
    public string Right { get; init; } = "";

    /// <summary>Attention mass within <see cref="NearSteps"/> steps by moment of training, mean over layers and heads; null where nobody asked.</summary>
    public IReadOnlyDictionary<TrainingMoment, double>? Near { get; init; }

    /// <summary>What every item contributes to the accuracy; null where that was not stored.</summary>
    [JsonIgnore] public TestItems? Items { get; private init; }

    /// <summary>Makes the cell of a finished run.</summary>
    /// <param name="run">Its folder.</param>
    /// <param name="recipe">Its resolved recipe, without header comments.</param>
    public static EvidenceCell Of(RunFolder run, string recipe)
    {
        ArgumentNullException.ThrowIfNull(run);
        RunRecord record = RunRecordFile.Read(run.ResultPath) with { Run = run.Name, Transfer = null };
        bool[] right = record.Metric == "accuracy" && TestItems.Of(run, record.Metric) is { Right: { } all } ? [.. all] : [];
        return new EvidenceCell
        {
            Record = record,
            RecipeHash = HashOf(recipe),
            Count = right.Length,
            Right = Packed(right),
        }.WithItems();
    }

    /// <summary>The cell with what was measured of where its attention lies.</summary>
    public EvidenceCell With(RunReach reach) => this with
    {
        Near = ReachFigures.Of(reach, NearSteps).Where(f => f.Kind == ReachKind.Attention).ToDictionary(f => f.Moment, f => f.Near),
    };

    /// <summary>What tells recipes apart. Settings that are absent are left out, so that a new one does not make cells of older versions cells of another recipe.</summary>
    public static string HashOf(string recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        string given = string.Join('\n', recipe.Split('\n').Where(line => !line.EndsWith(" = \"none\"", StringComparison.Ordinal)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(given)));
    }

    /// <summary>Writes the cell; a reader sees the whole file or none.</summary>
    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, RecordJson.Document) + "\n");

    /// <summary>Reads a cell.</summary>
    /// <exception cref="LengthwiseException">The file is no cell.</exception>
    public static EvidenceCell Read(string path)
    {
        try
        {
            return (JsonSerializer.Deserialize<EvidenceCell>(File.ReadAllBytes(path), RecordJson.Document) ?? throw new JsonException("the file holds 'null'")).WithItems();
        }
        catch (Exception cause) when (cause is JsonException or FormatException)
        {
            throw new LengthwiseException(
                ExitCode.Data, $"reading evidence: '{path}' is no cell: {cause.Message.Split(" Path:")[0]}", "delete the file: 'lengthwise reproduce' runs the cell again", cause);
        }
    }

    private static string Packed(bool[] bits)
    {
        byte[] bytes = new byte[(bits.Length + 7) / 8];
        for (int i = 0; i < bits.Length; i++)
            if (bits[i]) bytes[i / 8] |= (byte)(1 << (i % 8));
        return Convert.ToBase64String(bytes);
    }

    private EvidenceCell WithItems()
    {
        if (Count == 0) return this;
        byte[] bytes = Convert.FromBase64String(Right);
        if (Count < 0 || bytes.Length != (Count + 7) / 8) throw new FormatException($"{bytes.Length} bytes for {Count} items");
        bool[] right = [.. Enumerable.Range(0, Count).Select(i => (bytes[i / 8] >> (i % 8) & 1) == 1)];
        double mean = right.Count(r => r) / (double)Count;
        // The influence of an item on a share: its own value less the mean (Statistics.ItemInfluence).
        return this with { Items = new TestItems([.. Enumerable.Range(0, Count)], [.. right.Select(r => (r ? 1 : 0) - mean)]) { Right = right } };
    }
}

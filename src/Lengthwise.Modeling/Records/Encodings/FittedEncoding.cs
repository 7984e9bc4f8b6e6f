using System.Text.Json;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Records.Encodings;

/// <summary>
/// An encoding with all that the training rows decided: vocabulary, means, classes, target scales. It is stored with a run
/// (<c>encoding.json</c>), so that prediction treats new files exactly as training treated the old ones.
/// </summary>
public sealed record FittedEncoding
{
    /// <summary>Ids before the first symbol: <c>&lt;mask&gt;</c>, <c>&lt;pad&gt;</c>, <c>&lt;unk&gt;</c>, <c>&lt;eos&gt;</c>.</summary>
    public const int Specials = 4;

    /// <summary>Id of what the vocabulary lacks.</summary>
    public const int UnknownId = 2;

    /// <summary>Id of the end of a sequence.</summary>
    public const int EosId = 3;

    private const int NewestSchema = 1;

    /// <summary>Version of the format.</summary>
    public int Schema { get; init; } = NewestSchema;

    /// <summary>The plan that it was made from.</summary>
    public required EncodingPlan Plan { get; init; }

    /// <summary>Longest sequence in steps: the plan's, or that of the data.</summary>
    public required int MaxLength { get; init; }

    /// <summary>Symbols in the order of their ids, without the specials; empty for real channels.</summary>
    public IReadOnlyList<string> Symbols { get; init; } = [];

    /// <summary>Mean per channel, in the source's units; empty for tokens.</summary>
    public IReadOnlyList<float> Means { get; init; } = [];

    /// <summary>Deviation per channel, positive; empty for tokens.</summary>
    public IReadOnlyList<float> Deviations { get; init; } = [];

    /// <summary>Class names in the order of their labels; empty when there are none.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Regression targets; empty when there are none.</summary>
    public IReadOnlyList<TargetScale> Targets { get; init; } = [];

    /// <summary>Whether a row is a pair of sequences.</summary>
    public bool IsPair { get; init; }

    /// <summary>What a model must fit.</summary>
    /// <param name="chance">What guessing scores.</param>
    public TaskShape Shape(double chance) => new(
        Plan.Kind == EncodingKind.Reals ? new RealInput(Means.Count) : new TokenInput(["<mask>", "<pad>", "<unk>", "<eos>", .. Symbols]),
        Classes.Count > 0 ? new ClassOutput(Classes)
            : Targets.Count > 0 ? new RegressionOutput([.. Targets.Select(t => t.Name)], [.. Targets.Select(t => t.Offset)], [.. Targets.Select(t => t.Scale)])
            : new NoOutput(),
        MaxLength,
        chance);

    /// <summary>Writes it; a reader sees the whole file or none.</summary>
    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, RecordJson.Document) + "\n");

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="LengthwiseException">The file is missing, damaged, contradicts itself, or comes from a newer version.</exception>
    public static FittedEncoding Read(string path)
    {
        FittedEncoding? encoding;
        try
        {
            encoding = JsonSerializer.Deserialize<FittedEncoding>(File.ReadAllBytes(path), RecordJson.Document);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Broken(path, e.Message, e);
        }
        if (encoding is null) throw Broken(path, "the file holds 'null'", null);
        if (encoding.Schema > NewestSchema) throw Broken(path, $"schema {encoding.Schema} is newer than this version reads ({NewestSchema})", null);
        if (encoding.Fault() is { } fault) throw Broken(path, fault, null);
        return encoding;
    }

    private string? Fault()
    {
        if (MaxLength < 1) return $"'max_length' is {MaxLength}, expected 1 or more";
        if (Plan.Kind == EncodingKind.Reals && Means.Count == 0) return "it has real channels but no 'means'";
        if (Means.Count != Deviations.Count) return $"it has {Means.Count} means but {Deviations.Count} deviations";
        if (!Means.All(float.IsFinite) || !Deviations.All(d => float.IsFinite(d) && d > 0)) return "a mean or deviation is not finite, or a deviation is not positive";
        if (Symbols.Count > ushort.MaxValue - Specials) return $"it has {Symbols.Count} symbols, at most {ushort.MaxValue - Specials} fit";
        if (Symbols.Distinct(StringComparer.Ordinal).Count() != Symbols.Count) return "a symbol occurs twice";
        if (Plan.Kind != EncodingKind.Reals && Symbols.Count == 0) return "its vocabulary is empty";
        return Targets.All(t => float.IsFinite(t.Offset) && float.IsFinite(t.Scale) && t.Scale > 0) ? null : "a target's scale is not a positive number";
    }

    private static LengthwiseException Broken(string path, string fault, Exception? cause) =>
        new(ExitCode.Data, $"reading the encoding '{path}': {fault}", "it is written when training starts; train again, or restore the file", cause);
}

/// <summary>Scaling of one regression target: the model learns <c>(y - Offset) / Scale</c>.</summary>
/// <param name="Name">Name in the source.</param>
/// <param name="Offset">Middle of the training rows' range.</param>
/// <param name="Scale">Half of that range, or 1 where all are equal.</param>
public sealed record TargetScale(string Name, float Offset, float Scale);

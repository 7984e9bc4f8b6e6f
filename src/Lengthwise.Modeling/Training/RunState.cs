using System.Text.Json;
using System.Text.Json.Nodes;
using Lengthwise.Experiments;

namespace Lengthwise.Modeling.Training;

/// <summary>Everything scalar that a checkpoint keeps of a run.</summary>
internal sealed record RunState
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The recipe's text, so that a checkpoint of another run is refused.</summary>
    public string Recipe { get; set; } = "";

    /// <summary>Content hash of the data.</summary>
    public string DataHash { get; set; } = "";

    /// <summary>Route of the kernels; results of different routes agree to rounding only.</summary>
    public string KernelRoute { get; set; } = "";

    /// <summary>Which operations leave that route, by name; empty when none was chosen for.</summary>
    public IReadOnlyDictionary<string, string> KernelChoice { get; set; } = new Dictionary<string, string>();

    /// <summary>Number of the last checkpoint.</summary>
    public long Sequence { get; set; }

    /// <summary>Bytes of <c>metrics.jsonl</c> that belong to this state.</summary>
    public long MetricsBytes { get; set; }

    /// <summary>Pretraining; null from scratch.</summary>
    public PhaseState? Pretrain { get; set; }

    /// <summary>Label phase; null until it begins.</summary>
    public PhaseState? Finetune { get; set; }

    /// <summary>The transfer, once done.</summary>
    public TransferSummary? Transfer { get; set; }

    /// <summary>Diagnoses so far.</summary>
    public IReadOnlyList<Diagnosis> Diagnoses { get; set; } = [];

    /// <summary>For a checkpoint.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Options)!.AsObject();

    /// <summary>From a checkpoint.</summary>
    public static RunState FromJson(JsonElement json) =>
        json.Deserialize<RunState>(Options) ?? throw new InvalidDataException("the state of the checkpoint is empty");
}

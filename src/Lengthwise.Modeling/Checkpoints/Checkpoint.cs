using System.Text.Json;

namespace Lengthwise.Modeling.Checkpoints;

/// <summary>A moment of a run: named tensors and the scalars that go with them.</summary>
/// <param name="Sequence">Rises with every checkpoint of a run.</param>
/// <param name="Tensors">Weights and optimizer moments.</param>
/// <param name="State">Scalars, as JSON.</param>
public sealed record Checkpoint(long Sequence, SafetensorsFile Tensors, JsonElement State);

namespace Lengthwise.Modeling.Kernels;

/// <summary>What a call of the C# attention does beside its tensors.</summary>
/// <param name="Heads">Heads of queries.</param>
/// <param name="KeyHeads">Heads of keys and values; divides <paramref name="Heads"/>.</param>
/// <param name="Pattern">Who sees whom.</param>
/// <param name="Slopes">Of every head, what a score loses with each step of distance; null for none.</param>
/// <param name="Route">Width of the vectors.</param>
internal sealed record AttentionCall(int Heads, int KeyHeads, AttentionPattern Pattern, float[]? Slopes, KernelRoute Route);

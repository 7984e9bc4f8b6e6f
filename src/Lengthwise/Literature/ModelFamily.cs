namespace Lengthwise.Literature;

/// <summary>Tells which of our models a published name means.</summary>
public static class ModelFamily
{
    // Longest names first, so that S4D is not taken for S4, nor a Linear Transformer for a Transformer.
    private static readonly (string Published, string Ours)[] Names =
    [
        ("Sinkhorn Transformer", "sinkhorn"), ("Sparse Transformer", "sparse"), ("Linear Transformer", "linear"), ("Local Attention", "local"),
        ("Nystromformer", "nystromformer"), ("Synthesizer", "synthesizer"), ("Longformer", "longformer"), ("Linformer", "linformer"),
        ("Performer", "performer"), ("Reformer", "reformer"), ("BigBird", "bigbird"), ("Luna", "luna"), ("MEGA", "mega"), ("Mamba", "mamba"),
        ("Transformer", "transformer"), ("Liquid-S4", ""), ("S4D", "s4d"), ("S4", "s4"), ("S5", "s5"), ("LRU", "lru"), ("DSS", "dss"),
        ("DLR", "dlr"), ("LSTM", "lstm"), ("GRU", "gru"),
    ];

    /// <summary>Our model's name; empty when we have none.</summary>
    /// <param name="published">Model, as its source calls it.</param>
    public static string Of(string published) =>
        Names.FirstOrDefault(n => published.StartsWith(n.Published, StringComparison.Ordinal)).Ours ?? "";
}

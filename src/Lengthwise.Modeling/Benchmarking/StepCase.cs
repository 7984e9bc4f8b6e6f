using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>A training step to time: a model and the shape of its batch. Every model is bidirectional and without dropout.</summary>
/// <param name="Model">Name in the catalogue.</param>
/// <param name="Batch">Sequences.</param>
/// <param name="Length">Steps of each.</param>
public sealed record StepCase(string Model, int Batch, int Length)
{
    private const int PublishedStates = 64, SharedStates = 1024, Chunk = 128;

    /// <summary>Models of the table of speed targets, in its order.</summary>
    public static IReadOnlyList<string> TableModels { get; } =
        ["s4d", "s4", "dss", "dlr", "s5", "lru", "mega", "transformer", "linear", "performer", "longformer", "bigbird", "local"];

    /// <summary>Batches and lengths of that table.</summary>
    public static IReadOnlyList<(int Batch, int Length)> TableShapes { get; } = [(32, 1024), (8, 4096)];

    /// <summary>d_model.</summary>
    public int Width { get; init; } = 128;

    /// <summary>n_layers.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>n_heads, of models that have heads.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>d_state; absent: that of the table, which is 64 for S4D, S4 and DSS, 1,024 for DLR, the width for S5 and LRU, and each other model's default.</summary>
    public int? States { get; init; }

    /// <summary>What our step keeps in memory between the way forward and the way back; libtorch's keep everything.</summary>
    public ActivationMemory Activations { get; init; }

    /// <summary>Batch and length, such as <c>B32 L1024</c>.</summary>
    public string Shape => FormattableString.Invariant($"B{Batch} L{Length}");

    /// <summary>The model's settings.</summary>
    /// <exception cref="LengthwiseException">There is no such model, or it has no d_state and one was asked for.</exception>
    public ModelSettings Settings()
    {
        if (!ModelCatalog.Settings.TryGetValue(Model, out Type? type))
        {
            IReadOnlyList<string> near = Suggestions.For(Model, ModelCatalog.Settings.Keys);
            throw new LengthwiseException(
                ExitCode.Usage, $"benchmark: there is no model '{Model}'",
                near.Count > 0 ? $"did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?" : "'lengthwise ls models' lists them");
        }
        var settings = (ModelSettings)Activator.CreateInstance(type)! with { DModel = Width, NLayers = Layers, Dropout = 0 };
        return settings switch
        {
            S4D.Settings s => s with { DState = States ?? PublishedStates },
            S4.Settings s => s with { DState = States ?? PublishedStates },
            DSS.Settings s => s with { DState = States ?? PublishedStates },
            DLR.Settings s => s with { DState = States ?? SharedStates },
            S5.Settings s => s with { DState = States ?? Width },
            Lru.Settings s => s with { DState = States ?? Width },
            Mega.Settings s => s with { DAttout = 2 * Width, DFf = 2 * Width, Chunk = Math.Min(Chunk, Length), DState = States ?? s.DState },
            Mamba.Settings s => s with { DState = States ?? s.DState },
            Gru.Settings s => s with { DState = States ?? Width },
            Lstm.Settings s => s with { DState = States ?? Width },
            _ when States is not null => throw new LengthwiseException(
                ExitCode.Usage, $"benchmark: 'd_state' was given, but '{Model}' has none", "leave it out, or choose models that have states"),
            Gau.Settings s => s with { DAttout = 2 * Width },
            AttentionSettings s => s with { NHeads = Heads },
            _ => settings,
        };
    }
}

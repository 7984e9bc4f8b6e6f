using System.Text.Json.Serialization;

namespace Lengthwise.Diagnoses;

/// <summary>What a model of a locality profile may see.</summary>
public enum LocalityKind
{
    /// <summary>A bag: which steps there are, not their order.</summary>
    Bag,

    /// <summary>A small network of convolutions.</summary>
    Convolution,

    /// <summary>A Transformer whose every layer sees a window.</summary>
    Window,

    /// <summary>A Transformer that sees the whole sequence.</summary>
    Whole,
}

/// <summary>One model of a locality profile.</summary>
/// <param name="Name">What tables and folders call it, such as <c>window-8</c>.</param>
/// <param name="Kind">What it may see.</param>
/// <param name="Window">Steps of the window of one layer, the step itself included; null without one.</param>
/// <param name="ReceptiveField">Steps that one output behind the last layer depends on, before pooling; 1 for a bag.</param>
public sealed record LocalityArm(string Name, LocalityKind Kind, int? Window, int ReceptiveField)
{
    /// <summary>Where it stands among others: floors, then windows by size, then everything.</summary>
    [JsonIgnore]
    public (LocalityKind, int) Order => (Kind, Window ?? 0);
}

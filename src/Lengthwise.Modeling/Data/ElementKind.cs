namespace Lengthwise.Modeling.Data;

/// <summary>What the elements of a split are.</summary>
public enum ElementKind
{
    /// <summary>Token ids, unsigned 16 bits.</summary>
    Token = 1,

    /// <summary>Real values, 32 bits.</summary>
    Real = 2,
}

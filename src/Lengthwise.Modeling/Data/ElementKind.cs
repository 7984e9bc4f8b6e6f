namespace Lengthwise.Modeling.Data;

/// <summary>What the elements of a split are and how they are stored.</summary>
public enum ElementKind
{
    /// <summary>Token ids, unsigned 16 bits.</summary>
    Token = 1,

    /// <summary>Real values, 32 bits.</summary>
    Real = 2,

    /// <summary>Token ids in one byte each: id = <see cref="SplitShape.FirstToken"/> + byte.</summary>
    ByteToken = 3,

    /// <summary>Real values in one byte each, with one <see cref="ByteScaling"/> per channel.</summary>
    ByteReal = 4,
}

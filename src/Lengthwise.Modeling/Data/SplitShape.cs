namespace Lengthwise.Modeling.Data;

/// <summary>What the rows of a stored split consist of.</summary>
/// <param name="Kind">What the elements are.</param>
/// <param name="Channels">Elements per step; 1 for tokens.</param>
public sealed record SplitShape(ElementKind Kind, int Channels = 1)
{
    /// <summary>Number of classes; 0 when rows carry none, so that every label is <see cref="SequenceSplit.Unlabelled"/>.</summary>
    public int Classes { get; init; }

    /// <summary>Sequences in a row: 1, or 2 for pairs.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Regression targets of a row, K.</summary>
    public int Targets { get; init; }

    /// <summary>The token id that byte 0 stands for; only for <see cref="ElementKind.ByteToken"/>.</summary>
    public int FirstToken { get; init; }

    internal bool HasTokens => Kind is ElementKind.Token or ElementKind.ByteToken;

    internal int StepBytes => Channels * Kind switch
    {
        ElementKind.Token => sizeof(ushort),
        ElementKind.Real => sizeof(float),
        _ => sizeof(byte),
    };

    /// <summary>Why no split can have this shape; null when one can.</summary>
    internal string? Problem()
    {
        if (!Enum.IsDefined(Kind)) return $"element kind {(int)Kind} is unknown";
        if (Channels is < 1 or >= 1 << 16 || (HasTokens && Channels != 1)) return $"{Channels} channels, expected {(HasTokens ? "1 for tokens" : "1 to 65535")}";
        if (Classes < 0) return $"{Classes} classes, expected at least 0";
        if (Parts is not (1 or 2)) return $"{Parts} sequences in a row, expected 1 or 2";
        if (Targets is < 0 or >= 1 << 16) return $"{Targets} targets, expected 0 to 65535";
        bool isFirstTokenGood = Kind == ElementKind.ByteToken ? FirstToken is >= 0 and <= ushort.MaxValue - byte.MaxValue : FirstToken == 0;
        return isFirstTokenGood ? null : $"first token {FirstToken} with elements of kind {Kind}";
    }
}

/// <summary>How the bytes of one channel become values: <c>Offset + Scale * byte</c>.</summary>
/// <param name="Offset">Value of byte 0.</param>
/// <param name="Scale">Step from one byte to the next.</param>
public readonly record struct ByteScaling(float Offset, float Scale);

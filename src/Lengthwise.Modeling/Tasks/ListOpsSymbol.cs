namespace Lengthwise.Modeling.Tasks;

/// <summary>The 15 symbols that a model sees: the digits (equal to their value), four operators and the closing bracket.</summary>
public enum ListOpsSymbol : byte
{
    /// <summary>The digit 0; the others follow.</summary>
    Zero = 0,

    /// <summary>The digit 9.</summary>
    Nine = 9,

    /// <summary>Minimum, <c>[MIN</c>.</summary>
    Min = 10,

    /// <summary>Maximum, <c>[MAX</c>.</summary>
    Max = 11,

    /// <summary>Median truncated to an integer, <c>[MED</c>; an even number of arguments takes the mean of the middle two first.</summary>
    Med = 12,

    /// <summary>Sum modulo 10, <c>[SM</c>.</summary>
    Sm = 13,

    /// <summary>End of an operator's arguments, <c>]</c>.</summary>
    Close = 14,
}

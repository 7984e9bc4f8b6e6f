namespace Lengthwise.Modeling.Kernels;

/// <summary>Keys from <paramref name="Start"/> up to <paramref name="End"/>, of which query i sees those from i - Before to i + After.</summary>
/// <param name="Start">First key.</param>
/// <param name="End">The key behind the last.</param>
/// <param name="Before">Steps before its own that a query sees.</param>
/// <param name="After">Steps behind its own that a query sees.</param>
internal readonly record struct KeySpan(int Start, int End, int Before, int After)
{
    /// <summary>A distance that no two steps have.</summary>
    public const int Unlimited = 1 << 29;

    /// <summary>Keys in the span.</summary>
    public int Count => End - Start;

    /// <summary>The part that some of the queries first … first + count - 1 sees, of a sequence of that many keys; empty ones end before they start.</summary>
    public KeySpan Seen(int first, int count, int keys) =>
        this with { Start = Math.Max(Start, first - Before), End = Math.Min(Math.Min(End, keys), first + count + After) };

    /// <summary>Whether every one of these queries sees every key from one up to another.</summary>
    public bool IsSeenWhole(int first, int count, int from, int to) => from >= first + count - 1 - Before && to <= first + After + 1;
}

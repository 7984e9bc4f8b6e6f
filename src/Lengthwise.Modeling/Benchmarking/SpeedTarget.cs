namespace Lengthwise.Modeling.Benchmarking;

/// <summary>How many times faster than libtorch a step is meant to be: against libtorch as a user gets it, and with our start-up order.</summary>
/// <param name="Default">Times faster than <c>default</c>.</param>
/// <param name="Tuned">Times faster than <c>tuned</c>.</param>
public sealed record SpeedTarget(double Default, double Tuned)
{
    private const int ShortLength = 1024;

    /// <summary>The target of a case; null where the table has none, since it is for d_model 128, 4 layers, 8 heads and its own shapes.</summary>
    public static SpeedTarget? For(StepCase c)
    {
        ArgumentNullException.ThrowIfNull(c);
        bool isOfTable = StepCase.TableShapes.Contains((c.Batch, c.Length)) && c == new StepCase(c.Model, c.Batch, c.Length);
        if (!isOfTable) return null;
        bool isShort = c.Length == ShortLength;
        return c.Model switch
        {
            "s4d" => isShort ? new(8, 4.5) : new(20, 6),
            "s4" => isShort ? new(6, 3.5) : new(12, 5),
            "dss" or "dlr" => isShort ? new(6, 3) : new(10, 4),
            "s5" or "lru" => isShort ? new(8, 3.5) : new(12, 3.5),
            "mega" => isShort ? new(4, 2.5) : new(6, 3),
            "transformer" => isShort ? new(3.2, 2.3) : new(3.2, 2.2),
            "linear" or "performer" or "longformer" or "bigbird" or "local" => new(2, 2),
            _ => null,
        };
    }
}

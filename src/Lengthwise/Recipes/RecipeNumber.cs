using System.Globalization;

namespace Lengthwise.Recipes;

/// <summary>Floating-point numbers as recipes write them: invariant, shortest text that reads back to the same number.</summary>
internal static class RecipeNumber
{
    public static string ToText(double value)
    {
        if (!double.IsFinite(value)) return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        return value.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal).Replace('E', 'e');
    }
}

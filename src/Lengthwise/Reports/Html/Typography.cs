using System.Text.RegularExpressions;

namespace Lengthwise.Reports.Html;

/// <summary>What a page may print better than a terminal can.</summary>
internal static partial class Typography
{
    /// <summary>A true minus sign before numbers, and spaces that do not break before a percent sign or inside brackets.</summary>
    public static string Minus(string text) =>
        UnitSpace().Replace(NegativeNumber().Replace(text, "−"), "\u00A0");

    [GeneratedRegex(@"(?<![\w.\]])-(?=\d)")]
    private static partial Regex NegativeNumber();

    [GeneratedRegex(@"(?<=\d) (?=%)|(?<=\[[−\d.]+,) (?=[−\d])|(?<=\d) (?=points|\[)")]
    private static partial Regex UnitSpace();
}

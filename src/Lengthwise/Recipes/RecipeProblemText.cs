using System.Globalization;
using System.Text;

namespace Lengthwise.Recipes;

/// <summary>Problems as text for a person.</summary>
public static class RecipeProblemText
{
    private const int LongestQuote = 60;

    /// <summary>
    /// The message, the place as <c>file(line,column)</c> and the hint, one below the other; no newline at the end.
    /// </summary>
    public static string Format(RecipeProblem problem)
    {
        var text = new StringBuilder("error: ").Append(Printable(problem.Message));
        if (problem.File.Length > 0)
        {
            text.Append("\n  --> ").Append(Printable(problem.File));
            if (problem.Line > 0) text.Append(CultureInfo.InvariantCulture, $"({problem.Line},{problem.Column})");
        }
        foreach (string line in problem.Hint.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            text.Append("\n  ").Append(Printable(line));
        return text.ToString();
    }

    /// <summary>All problems, with an empty line between two.</summary>
    public static string Format(IEnumerable<RecipeProblem> problems) => string.Join("\n\n", problems.Select(Format));

    /// <summary>Quotes what was found in a file: shortened, and without characters that would act on a terminal.</summary>
    internal static string Quote(string found) =>
        $"'{Printable(found.Length <= LongestQuote ? found : string.Concat(found.AsSpan(0, LongestQuote - 1), "…"))}'";

    private static string Printable(string text)
    {
        if (!text.Any(Acts)) return text;
        var printable = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (Acts(c)) printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else printable.Append(c);
        }
        return printable.ToString();
    }

    // Escape sequences move the cursor; format characters such as U+202E reorder the line.
    private static bool Acts(char c) =>
        char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator;
}

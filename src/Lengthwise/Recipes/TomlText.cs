using System.Text.RegularExpressions;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Lengthwise.Recipes;

/// <summary>
/// Parses TOML and reports several mistakes at once: the line of each mistake is repaired or emptied and the text parsed again,
/// so that one mistake does not turn every later line into another one.
/// </summary>
internal static partial class TomlText
{
    private const int MostRepairs = 25;

    // Each repair parses the whole text again, so large texts are parsed once.
    private const int LargestRepaired = 64 * 1024;

    public static DocumentSyntax Parse(string text, string file, RecipeProblems problems)
    {
        string[] lines = text.Split('\n');
        int repairs = text.Length <= LargestRepaired ? MostRepairs : 0;
        while (true)
        {
            if (TryParse(string.Join('\n', lines), file, problems) is not { } document) return new DocumentSyntax();
            DiagnosticMessage[] mistakes = [.. document.Diagnostics
                .Where(d => d.Kind == DiagnosticMessageKind.Error)
                .OrderBy(d => d.Span.Start.Line).ThenBy(d => d.Span.Start.Column)];
            if (mistakes.Length == 0) return document;
            if (repairs-- == 0)
            {
                foreach (DiagnosticMessage mistake in mistakes.DistinctBy(d => d.Span.Start.Line)) Report(mistake, lines, file, problems);
                return document;
            }
            Repair(mistakes[0], lines, file, problems);
        }
    }

    private static DocumentSyntax? TryParse(string text, string file, RecipeProblems problems)
    {
        try
        {
            return SyntaxParser.Parse(text, file, validate: false);
        }
        catch (TomlException e)
        {
            problems.AddSyntaxError(new RecipePlace(file), $"not readable as TOML: {e.Message}", "Recipes have sections and keys, one level deep.");
            return null;
        }
    }

    private static void Repair(DiagnosticMessage mistake, string[] lines, string file, RecipeProblems problems)
    {
        int line = Math.Min(mistake.Span.Start.Line, lines.Length - 1);
        if (string.IsNullOrWhiteSpace(lines[line]))
        {
            // What is open since an earlier line, such as a list, is only missed here.
            while (line > 0 && string.IsNullOrWhiteSpace(lines[line])) line--;
            if (mistake.Span.Start.Line >= lines.Length || problems.Count == 0) Report(mistake, lines, file, problems);
            lines[line] = "";
            return;
        }
        Report(mistake, lines, file, problems);
        string repaired = Repaired(lines[line]);
        lines[line] = repaired == lines[line] ? "" : repaired;
    }

    private static string Repaired(string line)
    {
        if (SectionLine().Match(line) is { Success: true } section) return $"[{section.Groups[1].Value}]";
        if (OpenTextLine().Match(line) is { Success: true } open) return $"{open.Groups[1].Value}{open.Groups[2].Value}{open.Groups[2].Value[0]}";
        if (BareWordLine().Match(line) is not { Success: true } bare) return "";
        string word = bare.Groups[2].Value;
        string value = word.ToLowerInvariant() is "true" or "false" ? word.ToLowerInvariant() : $"\"{word}\"";
        return $"{bare.Groups[1].Value}{value}";
    }

    private static void Report(DiagnosticMessage mistake, string[] lines, string file, RecipeProblems problems)
    {
        TextPosition at = mistake.Span.Start;
        (string message, string hint) = Explain(mistake.Message, at.Line < lines.Length ? lines[at.Line] : "");
        problems.AddSyntaxError(new RecipePlace(file, Math.Min(at.Line, lines.Length - 1) + 1, at.Column + 1), message, hint);
    }

    private static (string Message, string Hint) Explain(string parserMessage, string line)
    {
        if (BareWordLine().Match(line) is { Success: true } bare)
        {
            string word = bare.Groups[2].Value;
            return word.ToLowerInvariant() is "true" or "false"
                ? ($"{RecipeProblemText.Quote(word)} is not a TOML value", $"write {word.ToLowerInvariant()}")
                : ($"{RecipeProblemText.Quote(word)} is not a TOML value", $"put text in quotes: \"{word}\"");
        }
        if (NoValueLine().Match(line) is { Success: true } empty)
            return ($"no value after '{empty.Groups[1].Value} ='", "give a value, or remove the line so that the default holds");
        if (parserMessage.Contains("parse integer", StringComparison.Ordinal) || parserMessage.Contains("Invalid size of", StringComparison.Ordinal))
            return ("an integer that does not fit into 64 bits", "use a smaller number");
        if (parserMessage.Contains("Invalid newline in a string", StringComparison.Ordinal))
            return ("the text does not end on its line", "close it with a quote");
        return ($"not valid TOML: {parserMessage.Replace('`', '\'').ReplaceLineEndings(" ")}", "expected [section] or key = value");
    }

    [GeneratedRegex(@"^\s*\[+\s*([A-Za-z0-9_-]+)")]
    private static partial Regex SectionLine();

    [GeneratedRegex(@"^(\s*[A-Za-z0-9_-]+\s*=\s*)([A-Za-z][A-Za-z0-9_.-]*)\s*(?:#.*)?$")]
    private static partial Regex BareWordLine();

    [GeneratedRegex("""^(\s*[A-Za-z0-9_-]+\s*=\s*)("[^"\\]*?|'[^']*?)\s*$""")]
    private static partial Regex OpenTextLine();

    [GeneratedRegex(@"^\s*([A-Za-z0-9_-]+)\s*=\s*(?:#.*)?$")]
    private static partial Regex NoValueLine();
}

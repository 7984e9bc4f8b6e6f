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

    // Finding the line that the parser gives up on parses each line by itself.
    private const long MostSearched = 256 * 1024;

    public static DocumentSyntax Parse(string text, string file, RecipeProblems problems)
    {
        string[] lines = text.Split('\n');
        int repairs = text.Length <= LargestRepaired ? MostRepairs : 0;
        while (true)
        {
            if (TryParse(string.Join('\n', lines), file) is not { } document)
            {
                int culprit = ReportUnparsable(lines, file, problems);
                if (culprit < 0 || repairs-- <= 0) return new DocumentSyntax();
                lines[culprit] = "";
                continue;
            }
            Mistake[] mistakes = [.. document.Diagnostics
                .Where(d => d.Kind == DiagnosticMessageKind.Error)
                .Select(d => Mistake.From(d, lines))
                .OrderBy(m => m.Line).ThenBy(m => m.Column)];
            if (mistakes.Length == 0) return document;
            if (repairs-- <= 0)
            {
                foreach (Mistake mistake in mistakes.DistinctBy(m => m.Line)) Report(mistake, lines, file, problems);
                return document;
            }
            Repair(mistakes[0], lines, file, problems);
        }
    }

    /// <summary>The syntax tree, with what is wrong in its diagnostics; null for text that the parser gives up on.</summary>
    public static DocumentSyntax? TryParse(string text, string file)
    {
        try
        {
            return SyntaxParser.Parse(text, file, validate: false);
        }
        // Nesting beyond 64 is a TomlException; half a surrogate pair is an ArgumentOutOfRangeException in Tomlyn 2.10.
        catch (Exception e) when (e is TomlException or ArgumentException)
        {
            return null;
        }
    }

    private static int ReportUnparsable(string[] lines, string file, RecipeProblems problems)
    {
        int line = lines.Sum(l => (long)l.Length) > MostSearched ? -1 : Array.FindIndex(lines, l => TryParse(l, file) is null);
        problems.AddSyntaxError(new RecipePlace(file, line + 1, line < 0 ? 0 : 1),
            "not readable as TOML: nested more than 64 deep, or not Unicode text",
            "recipes have sections and keys, one level deep");
        return line;
    }

    private static void Repair(Mistake mistake, string[] lines, string file, RecipeProblems problems)
    {
        if (TryCloseValue(mistake, lines, file, problems)) return;
        Report(mistake, lines, file, problems);
        int line = mistake.Line;
        while (line > 0 && string.IsNullOrWhiteSpace(lines[line])) line--;
        string repaired = Repaired(lines[line]);
        lines[line] = repaired == lines[line] ? "" : repaired;
    }

    // A list that is not closed is noticed lines below; it is reported where it starts, and the keys below it are read on.
    private static bool TryCloseValue(Mistake mistake, string[] lines, string file, RecipeProblems problems)
    {
        bool isText = mistake.Message.Contains("multi-line", StringComparison.Ordinal);
        bool isList = mistake.Message.Contains("array", StringComparison.Ordinal)
            || mistake.Message.Contains("inline table", StringComparison.Ordinal)
            || (mistake.Message.EndsWith("for a value", StringComparison.Ordinal) && SectionLine().IsMatch(lines[mistake.Line]));
        int start = isText || isList ? Array.FindLastIndex(lines, mistake.Line, l => OpenValueLine().IsMatch(l)) : -1;
        if (start < 0) return false;
        Group opening = OpenValueLine().Match(lines[start]).Groups[1];
        string closing = opening.Value switch { "[" => "]", "{" => "}", var quotes => quotes };
        problems.AddSyntaxError(new RecipePlace(file, start + 1, opening.Index + 1),
            $"the value that starts with {opening.Value} is not closed", $"close it with {closing}");
        for (int line = start; line < (isText ? start + 1 : Math.Max(mistake.Line, start + 1)); line++) lines[line] = "";
        return true;
    }

    private static string Repaired(string line)
    {
        if (SectionLine().Match(line) is { Success: true } section) return $"[{section.Groups[1].Value}]";
        if (OpenTextLine().Match(line) is { Success: true } open) return $"{open.Groups[1].Value}{open.Groups[2].Value}{open.Groups[2].Value[0]}";
        if (BareTextLine().Match(line) is not { Success: true } bare) return "";
        string word = bare.Groups[2].Value;
        return bare.Groups[1].Value + (IsTruth(word) ? word.ToLowerInvariant() : $"'{word}'");
    }

    private static void Report(Mistake mistake, string[] lines, string file, RecipeProblems problems)
    {
        (string message, string hint) = Explain(mistake.Message, lines[mistake.Line]);
        problems.AddSyntaxError(new RecipePlace(file, mistake.Line + 1, mistake.Column + 1), message, hint);
    }

    private static (string Message, string Hint) Explain(string parserMessage, string line)
    {
        if (BareTextLine().Match(line) is { Success: true } bare)
        {
            string word = bare.Groups[2].Value;
            string quoted = word.Contains('\\', StringComparison.Ordinal) ? $"'{word}'" : $"\"{word}\"";
            string hint = IsTruth(word) ? $"write {word.ToLowerInvariant()}" : $"put text in quotes: {quoted}";
            return ($"{RecipeProblemText.Quote(word)} is not a TOML value", hint);
        }
        if (NoValueLine().Match(line) is { Success: true } empty)
            return ($"no value after '{empty.Groups[1].Value} ='", "give a value, or remove the line so that the default holds");
        if (parserMessage.Contains("parse integer", StringComparison.Ordinal)
            || parserMessage.Contains("Invalid size of", StringComparison.Ordinal))
            return ("an integer that does not fit into 64 bits", "use a smaller number");
        if (parserMessage.Contains("Invalid newline in a string", StringComparison.Ordinal))
            return ("the text does not end on its line", "close it with a quote");
        string found = parserMessage.Replace('`', '\'').Replace("␤", "end of line", StringComparison.Ordinal).ReplaceLineEndings(" ");
        found = TokenName().Replace(found, "");
        bool isComma = DecimalComma().IsMatch(line);
        return ($"not valid TOML: {found}", isComma ? "write decimals with a point" : "expected [section] or key = value");
    }

    private static bool IsTruth(string word) => word.ToLowerInvariant() is "true" or "false";

    [GeneratedRegex(@"^\s*\[+\s*([A-Za-z0-9_-]+)")]
    private static partial Regex SectionLine();

    [GeneratedRegex(@"^(\s*[A-Za-z0-9_-]+\s*=\s*)([A-Za-z~/\\][^""'#]*?)\s*(?:#.*)?$")]
    private static partial Regex BareTextLine();

    [GeneratedRegex("""^(\s*[A-Za-z0-9_-]+\s*=\s*)("[^"\\]*?|'[^']*?)\s*$""")]
    private static partial Regex OpenTextLine();

    [GeneratedRegex(""""^\s*[A-Za-z0-9_-]+\s*=\s*(\[|\{|"""|''')"""")]
    private static partial Regex OpenValueLine();

    [GeneratedRegex(@"^\s*([A-Za-z0-9_-]+)\s*=\s*(?:#.*)?$")]
    private static partial Regex NoValueLine();

    [GeneratedRegex(@"=\s*[-+]?\d+,\d+\s*(?:#.*)?$")]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@" \(token: '?[a-zA-Z]+'?\)")]
    private static partial Regex TokenName();

    /// <summary>What the parser says, with its place counted from 0 and inside the text.</summary>
    private readonly record struct Mistake(int Line, int Column, string Message)
    {
        public static Mistake From(DiagnosticMessage diagnostic, string[] lines)
        {
            TextPosition at = diagnostic.Span.Start;
            // Tomlyn places some mistakes that it notices at the end of the file at its start.
            bool atEnd = at.Line >= lines.Length || (at.Offset == 0 && diagnostic.Message.Contains("<eof>", StringComparison.Ordinal));
            return atEnd
                ? new Mistake(lines.Length - 1, lines[^1].Length, diagnostic.Message)
                : new Mistake(at.Line, at.Column, diagnostic.Message);
        }
    }
}

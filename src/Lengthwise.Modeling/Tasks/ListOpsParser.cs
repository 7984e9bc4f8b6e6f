namespace Lengthwise.Modeling.Tasks;

/// <summary>What is wrong with the text of an expression.</summary>
/// <param name="Column">Where, from 1 at the beginning of the expression.</param>
/// <param name="Message">What was found and what was expected.</param>
internal sealed record ListOpsSyntaxError(int Column, string Message);

/// <summary>
/// Reads an expression from text, with the parentheses exactly as LRA writes them or with none at all (its loaders drop them).
/// Never recurses, so that no depth of nesting is too much.
/// </summary>
internal static class ListOpsParser
{
    private static readonly Dictionary<string, ListOpsSymbol>.AlternateLookup<ReadOnlySpan<char>> Symbols =
        ListOpsExpression.SymbolTexts.Select((text, i) => (text, Symbol: (ListOpsSymbol)i)).ToDictionary(s => s.text, s => s.Symbol)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The expression, or null and what is wrong with the text.</summary>
    public static ListOpsExpression? Parse(ReadOnlySpan<char> text, out ListOpsSyntaxError? error)
    {
        var symbols = new List<ListOpsSymbol>();
        bool hasParentheses = false;
        int open = 0;
        foreach (Range word in Words(text))
        {
            (int at, int length) = word.GetOffsetAndLength(text.Length);
            ReadOnlySpan<char> token = text.Slice(at, length);
            if (token is "(" or ")")
            {
                hasParentheses = true;
                continue;
            }
            error = Check(token, symbols, open, at + 1, out ListOpsSymbol symbol);
            if (error is not null) return null;
            symbols.Add(symbol);
            open += ListOpsExpression.IsOperator(symbol) ? 1 : symbol == ListOpsSymbol.Close ? -1 : 0;
        }

        error = symbols.Count == 0 ? new(1, "there is no expression")
            : open > 0 ? new(text.Length + 1, $"the expression ends with {open} operator(s) that have no ']'") : null;
        if (error is not null) return null;
        var expression = new ListOpsExpression([.. symbols]);
        if (hasParentheses) error = CheckParentheses(text, expression);
        return error is null ? expression : null;
    }

    private static ListOpsSyntaxError? Check(ReadOnlySpan<char> token, List<ListOpsSymbol> before, int open, int column, out ListOpsSymbol symbol)
    {
        if (!Symbols.TryGetValue(token, out symbol))
            return new(column, $"'{Shortened(token)}' is no ListOps symbol; expected a digit 0 to 9, [MIN, [MAX, [MED, [SM or ]");
        if (open == 0 && before.Count > 0) return new(column, $"'{token}' stands after the end of the expression");
        if (symbol != ListOpsSymbol.Close) return null;
        if (open == 0) return new(column, "']' closes no operator");
        return ListOpsExpression.IsOperator(before[^1]) ? new(column, "']' closes an operator without arguments") : null;
    }

    private static ListOpsSyntaxError? CheckParentheses(ReadOnlySpan<char> text, ListOpsExpression expression)
    {
        List<Range> words = Words(text);
        int i = 0;
        foreach (ListOpsToken expected in expression.Tokens())
        {
            if (i == words.Count) return new(text.Length + 1, $"the text ends, expected '{expected.Text}'");
            if (!text[words[i]].SequenceEqual(expected.Text))
                return new(words[i].Start.Value + 1, $"found '{text[words[i]]}', expected '{expected.Text}' (every operator takes its arguments one by one, in parentheses)");
            i++;
        }
        return i < words.Count ? new(words[i].Start.Value + 1, $"found '{text[words[i]]}' after the end of the expression") : null;
    }

    private static List<Range> Words(ReadOnlySpan<char> text)
    {
        var words = new List<Range>(text.Length / 2 + 1);
        foreach (Range range in text.Split(' '))
            if (range.End.Value > range.Start.Value) words.Add(range);
        return words;
    }

    private static string Shortened(ReadOnlySpan<char> token) => token.Length <= 20 ? token.ToString() : $"{token[..20]}…";
}

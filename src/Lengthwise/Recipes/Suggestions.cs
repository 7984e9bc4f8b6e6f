namespace Lengthwise.Recipes;

/// <summary>Did-you-mean: the known names that are nearest to what was written.</summary>
public static class Suggestions
{
    private const int Most = 3;
    private const int LongestName = 64;

    /// <summary>At most three known names within a third of the word's length in edits, nearest first.</summary>
    public static IReadOnlyList<string> For(string written, IEnumerable<string> known)
    {
        if (written.Length is 0 or > LongestName) return [];
        int allowed = Math.Max(1, written.Length / 3);
        return [.. known
            .Select(name => (Name: name, Edits: Distance(written.ToLowerInvariant(), name)))
            .Where(c => c.Edits <= allowed)
            .OrderBy(c => c.Edits).ThenBy(c => c.Name, StringComparer.Ordinal)
            .Take(Most)
            .Select(c => c.Name)];
    }

    /// <summary>The lines of a hint: the known names, and the nearest of them as a question.</summary>
    /// <param name="what">What they are, in the plural: <c>known keys</c>.</param>
    /// <param name="written">What was written.</param>
    /// <param name="known">Known names, in the order in which they are shown.</param>
    public static string Hint(string what, string written, IReadOnlyCollection<string> known)
    {
        string list = known.Count == 0 ? $"{what}: there are none" : $"{what}: {string.Join(", ", known)}";
        IReadOnlyList<string> near = For(written, known);
        return near.Count == 0 ? list : $"{list}\ndid you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?";
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.</summary>
    internal static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int best = Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1);
                best = Math.Min(best, rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) best = Math.Min(best, rows[i - 2, j - 2] + 1);
                rows[i, j] = best;
            }
        }
        return rows[a.Length, b.Length];
    }
}

using System.Globalization;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Vocabularies of generated probes: kinds of symbols, numbered one kind after another behind <c>&lt;mask&gt;</c> and <c>&lt;pad&gt;</c>.</summary>
internal static class ProbeSymbols
{
    /// <summary>Id of the first symbol behind the specials.</summary>
    public const int First = 2;

    /// <summary>Names <c>k0</c>, <c>k1</c>, … of one kind.</summary>
    /// <param name="kind">Letter of the kind; may be empty.</param>
    /// <param name="count">How many.</param>
    public static IEnumerable<string> Names(string kind, int count) =>
        Enumerable.Range(0, count).Select(i => kind + i.ToString(CultureInfo.InvariantCulture));

    /// <summary>A whole vocabulary, specials first.</summary>
    public static string[] Vocabulary(params IEnumerable<string>[] kinds) => ["<mask>", "<pad>", .. kinds.SelectMany(names => names)];

    /// <summary>Some of the numbers 0 … <paramref name="bound"/> - 1 without repetition, in random order.</summary>
    public static int[] Choose(int count, int bound, RandomStream random)
    {
        int[] all = [.. Enumerable.Range(0, bound)];
        for (int i = 0; i < count; i++)
        {
            int j = i + random.Next(bound - i);
            (all[i], all[j]) = (all[j], all[i]);
        }
        return all[..count];
    }
}

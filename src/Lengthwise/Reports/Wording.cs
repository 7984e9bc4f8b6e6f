using System.Globalization;
using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>Names and quantities as prose and tables spell them, in the invariant culture.</summary>
internal static class Wording
{
    /// <summary>A model's name in a sentence: <c>the Transformer</c>, <c>S4D</c>, <c>LRU</c>, <c>Mega</c>.</summary>
    public static string Model(string name)
    {
        if (name == Arms.ReferenceModel) return "the Transformer";
        if (name.Length == 0) return name;
        string[] parts = name.Split('-', 2);
        string head = parts[0].Length <= 3 || parts[0].Any(char.IsDigit)
            ? parts[0].ToUpperInvariant()
            : char.ToUpperInvariant(parts[0][0]) + parts[0][1..];
        return parts.Length == 1 ? head : $"{head}-{parts[1]}";
    }

    /// <summary>An objective as the subject of a sentence.</summary>
    public static string Pretraining(string objective) => objective switch
    {
        "masked" => "Masked self-pretraining",
        "causal" => "Causal self-pretraining",
        _ when objective.StartsWith("masked-", StringComparison.Ordinal) => $"Masked self-pretraining ({objective["masked-".Length..]})",
        _ when objective.StartsWith("causal-", StringComparison.Ordinal) => $"Causal self-pretraining ({objective["causal-".Length..]})",
        _ => $"Pretraining '{objective}'",
    };

    /// <summary>The same inside a sentence.</summary>
    public static string PretrainingInside(string objective)
    {
        string words = Pretraining(objective);
        return char.ToLowerInvariant(words[0]) + words[1..];
    }

    /// <summary>The sentence with a capital first letter.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>The sentence with a capital first letter and a full stop.</summary>
    public static string FullSentence(string text) => text.Length == 0 || text[^1] is '.' or '?' or '!' ? Sentence(text) : Sentence(text) + ".";

    /// <summary><c>a</c>, <c>a and b</c>, <c>a, b and c</c>.</summary>
    public static string Join(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => $"{string.Join(", ", items.Take(items.Count - 1))} and {items[^1]}",
    };

    /// <summary><c>3 seeds</c>, <c>2 to 3 seeds</c>, <c>one seed</c>.</summary>
    public static string Seeds(IEnumerable<Interval> intervals)
    {
        int[] counts = [.. intervals.Select(i => i.N).Distinct().Order()];
        if (counts is [1]) return "one seed";
        return counts.Length == 1 ? $"{counts[0]} seeds" : $"{counts[0]} to {counts[^1]} seeds";
    }

    /// <summary>A whole number with thousands separated by commas.</summary>
    public static string Count(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count in little space: <c>950</c>, <c>71.2k</c>, <c>3.4M</c>.</summary>
    public static string Short(double number) => number switch
    {
        >= 999_500_000 => Scaled(number / 1e9) + "G",
        >= 999_500 => Scaled(number / 1e6) + "M",
        >= 999.5 => Scaled(number / 1e3) + "k",
        _ => number.ToString("F0", CultureInfo.InvariantCulture),
    };

    /// <summary>Seconds as <c>9.5 s</c>, <c>1:15 min</c> or <c>2:05 h</c>.</summary>
    public static string Duration(double seconds)
    {
        if (seconds < 99.95) return seconds.ToString("F1", CultureInfo.InvariantCulture) + " s";
        var span = TimeSpan.FromSeconds(Math.Round(seconds));
        return span.TotalHours < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes}:{span.Seconds:00} min")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}:{span.Minutes:00} h");
    }

    /// <summary>Floating-point operations: <c>310 MFLOP</c>, <c>1.2 PFLOP</c>.</summary>
    public static string Flops(double operations)
    {
        string[] prefixes = ["", "k", "M", "G", "T", "P", "E", "Z"];
        int power = 0;
        while (operations >= 999.5 && power < prefixes.Length - 1) (operations, power) = (operations / 1000, power + 1);
        return $"{operations.ToString(operations < 9.995 ? "0.##" : operations < 99.95 ? "0.#" : "0", CultureInfo.InvariantCulture)} {prefixes[power]}FLOP";
    }

    /// <summary>What an effect that is not seen would need, as part of a table: <c>about 12 more seeds</c>; empty where nothing is known.</summary>
    public static string Needed(SeedsNeeded? needed) => needed switch
    {
        null or { More: 0 } => "",
        { More: { } more } => $"about {Count(more)} more {(more == 1 ? "seed" : "seeds")}",
        { Items: { } items } => $"no number of seeds: about {Short(items)} test items",
        _ => $"more than {Count(SeedsNeeded.Most)} seeds",
    };

    /// <summary>Bytes as <c>512 MB</c> or <c>1.25 GB</c> (powers of ten).</summary>
    public static string Memory(long bytes) => bytes < 1_000_000_000
        ? (bytes / 1e6).ToString("F0", CultureInfo.InvariantCulture) + " MB"
        : (bytes / 1e9).ToString("F2", CultureInfo.InvariantCulture) + " GB";

    /// <summary>A learning rate: <c>0.002</c>, <c>3e-05</c>.</summary>
    public static string Rate(double rate) =>
        rate is >= 1e-4 and < 10 or 0 ? rate.ToString("0.######", CultureInfo.InvariantCulture) : rate.ToString("0.###e-00", CultureInfo.InvariantCulture);

    /// <summary>Learning rates of an arm.</summary>
    public static string Rates(IEnumerable<double> rates) => string.Join(", ", rates.Select(Rate));

    private static string Scaled(double number) => number.ToString(number < 99.95 ? "F1" : "F0", CultureInfo.InvariantCulture);
}

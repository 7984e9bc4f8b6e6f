using System.Text.Json;

namespace Lengthwise.Literature;

/// <summary>Scores of the literature, collected with their sources; they come with the program (<c>published-results.json</c>).</summary>
public static class PublishedResults
{
    /// <summary>Stands in place of a task for averages over Long Range Arena, whose conventions differ and are never mixed.</summary>
    public const string Average = "lra-average";

    private static readonly Lazy<IReadOnlyList<PublishedResult>> Rows = new(Load);

    /// <summary>All of them, in the order of their sources.</summary>
    public static IReadOnlyList<PublishedResult> All => Rows.Value;

    /// <summary>Tasks that have results, sorted.</summary>
    public static IReadOnlyList<string> Tasks => [.. All.Select(r => r.Task).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Results of a task by part, best first, failures last; empty when the literature has none.</summary>
    public static IReadOnlyList<IGrouping<string, PublishedResult>> Of(string task) =>
    [
        .. All.Where(r => r.Task == task)
            .OrderBy(r => r.Value is null)
            .ThenByDescending(r => r.HigherIsBetter ? r.Value : -r.Value)
            .GroupBy(r => r.Part)
            .OrderBy(g => g.Key, StringComparer.Ordinal),
    ];

    private static IReadOnlyList<PublishedResult> Load()
    {
        using Stream stream = typeof(PublishedResults).Assembly.GetManifestResourceStream("published-results.json")!;
        return JsonSerializer.Deserialize<IReadOnlyList<PublishedResult>>(stream, JsonSerializerOptions.Web)!;
    }
}

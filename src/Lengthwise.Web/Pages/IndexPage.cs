using System.Globalization;
using Lengthwise.Reports.Html;
using Lengthwise.Web.Tracking;

namespace Lengthwise.Web.Pages;

/// <summary>The page of a folder that holds comparisons and runs, or will.</summary>
internal static class IndexPage
{
    /// <summary>The page as it is now.</summary>
    public static PageState State(WatchedStore store)
    {
        var facts = new Dictionary<string, string>();
        var rows = new List<Part>();
        foreach (string path in store.Find())
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"row-{rows.Count}");
            switch (store.KindOf(path))
            {
                case PlaceKind.Comparison:
                    WatchedComparison comparison = store.Comparison(path, wantsCurves: false);
                    rows.Add(Part.Of(id, page => Comparison(page, id, path, comparison)));
                    facts[path] = comparison.Presence.Process is null ? $"Nobody is training in {path}." : $"Training in {path}.";
                    break;
                case PlaceKind.Run:
                    (WatchedRun run, Presence presence, _) = store.Run(path);
                    rows.Add(Part.Of(id, page => Run(page, id, path, run, presence)));
                    facts[path] = $"{path}: {RunText.Of(run.Standing).Word}.";
                    break;
            }
        }
        return new PageState($"Lengthwise · {store.Root.Name}", $"Runs in {store.Root.Name}", [Table(store, rows)], facts);
    }

    private static Part Table(WatchedStore store, List<Part> rows)
    {
        Part table = Part.Of("store", page =>
        {
            page.Add($"<section id=\"store\" aria-label=\"Comparisons and runs\">\n");
            if (rows.Count == 0) Nothing(page, store);
            else Rows(page, rows);
            page.Add($"</section>");
        });
        return table with { Inner = rows };
    }

    private static void Nothing(Markup page, WatchedStore store) => page.Add($"""
        <p class="lead">{(store.Exists ? "There is no comparison and no run yet" : "The folder does not exist yet")}: <code>{store.Root.FullName}</code></p>
        <p>Start one with <code>lengthwise compare</code>; it appears here by itself.</p>

        """);

    private static void Rows(Markup page, List<Part> rows)
    {
        page.Add($"""
            <div class="scroll" tabindex="0" role="region" aria-label="Comparisons and runs"><table>
            <thead><tr><th scope="col" class="left">name</th><th scope="col" class="left">who</th><th scope="col" class="left">done</th><th scope="col" class="left">runs</th></tr></thead>
            <tbody>

            """);
        foreach (Part row in rows) page.Add($"{Markup.Trusted(row.Html)}\n");
        page.Add($"</tbody></table></div>\n");
    }

    private static void Comparison(Markup page, string id, string path, WatchedComparison comparison)
    {
        WatchedRun[] runs = [.. comparison.Runs];
        bool isDone = runs.Length > 0 && Array.TrueForAll(runs, r => r.Standing == Standing.Finished);
        page.Add($"<tr id=\"{id}\"><th scope=\"row\" class=\"left\"><a id=\"{id}-link\" href=\"{PageShell.Address(path)}\">{path}</a></th><td class=\"left\">{PresencePart.Sentence(comparison.Presence, isDone)}</td><td class=\"left\">");
        RunCards.Bar(page, runs.Length == 0 ? 0 : runs.Average(r => r.IsOver ? 1 : r.Share ?? 0), $"{path}: done");
        string[] counts = [.. Enum.GetValues<Standing>().Where(s => comparison.Count(s) > 0).Select(s => string.Create(CultureInfo.InvariantCulture, $"{comparison.Count(s)} {RunText.Of(s).Word}"))];
        page.Add($"</td><td class=\"left\">{string.Join(", ", counts)}</td></tr>");
    }

    private static void Run(Markup page, string id, string path, WatchedRun run, Presence presence)
    {
        page.Add($"<tr id=\"{id}\"><th scope=\"row\" class=\"left\"><a id=\"{id}-link\" href=\"{PageShell.Address(path)}\">{path}</a></th><td class=\"left\">{PresencePart.Sentence(presence, run.Standing == Standing.Finished)}</td><td class=\"left\">");
        RunCards.Bar(page, run.Share ?? 0, $"{path}: done");
        page.Add($"</td><td class=\"left\">a single run, {RunText.Of(run.Standing).Word} {RunText.Score(run)}</td></tr>");
    }
}

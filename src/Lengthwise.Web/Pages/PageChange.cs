namespace Lengthwise.Web.Pages;

/// <summary>What changed from one state of a page to the next: elements to replace, and sentences to say.</summary>
/// <param name="Title">Title of the window.</param>
/// <param name="Parts">Elements to replace.</param>
/// <param name="Say">Sentences for people who do not see the page; empty when there is nothing to say.</param>
internal sealed record PageChange(string Title, IReadOnlyList<PageChange.Element> Parts, string Say)
{
    private const int MostSaid = 5;

    /// <summary>One element.</summary>
    internal sealed record Element(string Id, string Html);

    /// <summary>Whether anything changed.</summary>
    public bool IsEmpty => Parts.Count == 0 && Say.Length == 0;

    /// <summary>The way from what a browser shows to what it should show.</summary>
    /// <param name="before">What it shows; null when that is not known, so that all of it is sent.</param>
    /// <param name="now">What it should show.</param>
    public static PageChange Between(PageState? before, PageState now)
    {
        var parts = new List<Element>();
        Dictionary<string, Part> shown = before?.Parts.ToDictionary(p => p.Id) ?? [];
        foreach (Part part in now.Parts) Collect(shown.GetValueOrDefault(part.Id), part, parts);
        string[] said = before is null ? [] : [.. now.Facts.Where(f => before.Facts.GetValueOrDefault(f.Key) != f.Value && f.Value.Length > 0).Select(f => f.Value)];
        // Many at once are a page that slept, not news to be read out one by one.
        return new PageChange(now.Title, parts, string.Join(" ", said.Length > MostSaid ? said.Take(MostSaid).Append("And more.") : said));
    }

    private static void Collect(Part? before, Part now, List<Element> changed)
    {
        if (before is not null && before.Html == now.Html) return;
        bool isSameShape = before is not null && now.Inner.Count > 0 && before.Inner.Select(p => p.Id).SequenceEqual(now.Inner.Select(p => p.Id)) && Frame(before) == Frame(now);
        if (!isSameShape)
        {
            changed.Add(new Element(now.Id, now.Html));
            return;
        }
        foreach ((Part old, Part fresh) in before!.Inner.Zip(now.Inner)) Collect(old, fresh, changed);
    }

    // What surrounds the inner parts: when it changes, they are replaced with it.
    private static string Frame(Part part) => part.Inner.Aggregate(part.Html, (html, inner) => html.Replace(inner.Html, "", StringComparison.Ordinal));
}

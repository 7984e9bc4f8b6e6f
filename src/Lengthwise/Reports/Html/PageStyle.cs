namespace Lengthwise.Reports.Html;

/// <summary>The style sheet of every page.</summary>
internal static class PageStyle
{
    /// <summary>The style as it stands in <c>report.css</c>; it holds nothing that would need escaping.</summary>
    public static Markup Css { get; } = Read();

    private static Markup Read()
    {
        using Stream stream = typeof(PageStyle).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return Markup.Trusted(reader.ReadToEnd().TrimEnd());
    }
}

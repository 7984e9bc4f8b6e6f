using Lengthwise.Diagnoses;
using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Reach;

/// <summary>The charts of a document as one picture that stands alone, <c>reach.svg</c>.</summary>
public static class ReachFigure
{
    private const int MostColumns = 2;
    private const double Edge = 14, Gap = 26;

    /// <summary>The SVG document.</summary>
    public static string Render(ReachDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        IReadOnlyList<ReachChart> charts = ReachChart.Of(document);
        int columns = Math.Min(MostColumns, charts.Count), rows = (charts.Count + columns - 1) / columns;
        double width = 2 * Edge + columns * ReachChart.Width + (columns - 1) * Gap, height = 2 * Edge + rows * ReachChart.Height + (rows - 1) * Gap;
        var figure = new Markup();
        figure.Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"Where {document.Title} looks\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n<style>{PageStyle.Css}\n.paper {{ fill: var(--paper); }}</style>\n");
        figure.Add($"<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n");
        for (int i = 0; i < charts.Count; i++)
        {
            double x = Edge + i % columns * (ReachChart.Width + Gap), y = Edge + i / columns * (ReachChart.Height + Gap);
            figure.Add($"<g transform=\"translate({x} {y})\"><title>{charts[i].Heading}</title><desc>{charts[i].Describe()}</desc>{charts[i].Draw().Body}</g>\n");
        }
        figure.Add($"</svg>\n");
        return figure.ToString();
    }
}

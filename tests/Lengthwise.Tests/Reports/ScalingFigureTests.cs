using System.Xml.Linq;
using Lengthwise.Reports.Costs;

namespace Lengthwise.Tests.Reports;

public sealed class ScalingFigureTests
{
    [Fact]
    public void A_line_a_series_with_its_name_and_numbers_in_words()
    {
        ScalingPoint[] points = [new("s4d", 1024, 0.02), new("s4d", 4096, 0.08), new("lru & co", 1024, 0.01), new("lru & co", 4096, 2)];

        string svg = ScalingFigure.Render("Time by length", "a machine", "length", points);

        XElement root = XDocument.Parse(svg).Root!;
        Assert.Equal(2, root.Descendants().Count(e => e.Name.LocalName == "path" && ((string?)e.Attribute("class"))!.StartsWith("mean", StringComparison.Ordinal)));
        Assert.Contains("lru & co: 10 ms at 1024, 2000 ms at 4096.", root.Descendants().First(e => e.Name.LocalName == "desc").Value, StringComparison.Ordinal);
        Assert.Contains(root.Descendants(), e => e.Value == "4,096");
    }

    [Fact]
    public void Nothing_measured_is_a_picture_without_lines()
    {
        string svg = ScalingFigure.Render("Time by length", "a machine", "length", []);

        Assert.DoesNotContain(XDocument.Parse(svg).Root!.Descendants(), e => e.Name.LocalName == "path");
    }
}

using System.Globalization;
using System.Xml.Linq;
using Lengthwise.Reports.Costs;

namespace Lengthwise.Tests.Reports.Costs;

public sealed class LengthCostFigureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly LengthCost[] Costs =
    [
        .. ((int[])[1024, 2048, 4096, 8192]).Select(length => new LengthCost("linear <&", length, 1e-6 * length, 1e4 * length)),
        .. ((int[])[1024, 2048, 4096]).Select(length => new LengthCost("square", length, 1e-9 * length * length, 16.0 * length * length)),
        new LengthCost("square", 8192, null, null),
    ];

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    public void The_picture_stands_alone_and_has_two_panels_a_model(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        XDocument picture = XDocument.Parse(LengthCostFigure.Render("Cost", "made up", Costs));
        CultureInfo.CurrentCulture = before;

        string[] texts = [.. picture.Descendants(Svg + "text").Select(t => t.Value)];

        Assert.Equal(2, texts.Count(t => t == "linear <&"));
        Assert.Equal((2, 2), (texts.Count(t => t == "∝ L^1.00"), texts.Count(t => t == "∝ L^2.00")));
        Assert.Single(picture.Descendants(Svg + "style"));
        Assert.DoesNotContain(picture.Descendants().Attributes(), a => a.Value.Contains("http", StringComparison.Ordinal) && !a.IsNamespaceDeclaration);
    }

    [Fact]
    public void A_length_that_a_model_did_not_get_through_has_a_cross_in_both_panels_and_is_named()
    {
        XDocument picture = XDocument.Parse(LengthCostFigure.Render("Cost", "made up", Costs));

        Assert.Equal(2, picture.Descendants(Svg + "path").Count(p => (string?)p.Attribute("class") == "cross"));
        Assert.Contains("Not through 8k.", picture.Descendants(Svg + "desc").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_was_measured_is_drawn_as_nothing() =>
        Assert.Contains("square: nothing measured. Not through 8k.", LengthCostFigure.Render("Cost", "", [Costs[^1]]), StringComparison.Ordinal);
}

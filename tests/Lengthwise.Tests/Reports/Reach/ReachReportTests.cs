using System.Globalization;
using System.Xml.Linq;
using Lengthwise.Reports.Reach;
using Lengthwise.Tests.Diagnoses;

namespace Lengthwise.Tests.Reports.Reach;

public sealed class ReachReportTests
{
    [Fact]
    public void The_page_is_well_formed_and_needs_nothing_from_elsewhere()
    {
        string page = ReachPage.Render(ReachExample.Document());

        XDocument parsed = XDocument.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        Assert.Equal(4, parsed.Descendants("figure").Count());
        Assert.Contains("an &lt;example&gt;", page, StringComparison.Ordinal);
        Assert.Contains("gru-seed1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(parsed.Descendants().Attributes("id").Count(), parsed.Descendants().Attributes("id").Select(a => a.Value).Distinct().Count());
    }

    [Fact]
    public void The_page_begins_with_what_pretraining_did()
    {
        string page = ReachPage.Render(ReachExample.Document(hasKernels: false));

        XElement header = XDocument.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Descendants("header").Single();
        Assert.Equal(
            "The Transformer on example, masked: after pretraining 55.0 points more of its attention lie within 8 steps than at initialisation (not seen, 95 % interval [−8.5, +100.0], 2 seeds).",
            header.Descendants("p").Single().Value.Replace('\u00A0', ' '));
    }

    [Fact]
    public void The_figure_stands_alone_with_a_panel_for_each_arm_and_kind()
    {
        XElement figure = XElement.Parse(ReachFigure.Render(ReachExample.Document()));

        XNamespace svg = "http://www.w3.org/2000/svg";
        Assert.Equal(4, figure.Elements(svg + "g").Count());
        Assert.Contains("pretrained: 0.0 % at 0, 37.5 % at 1,", figure.Descendants(svg + "desc").First(d => d.Value.Contains("pretrained", StringComparison.Ordinal)).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_shows_levels_and_changes_in_every_culture()
    {
        string invariant = ReachText.Render(ReachExample.Document());
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");

        string german = ReachText.Render(ReachExample.Document());

        CultureInfo.CurrentCulture = before;
        Assert.Equal(invariant, german);
        Assert.Matches(@"transformer +masked +attention +pretrained +75\.0 +\[11\.5, 100\.0\] +25\.0 +6\.4 +-", invariant);
        Assert.Matches(@"transformer +masked +kernels +pretrained +75\.0 +\[11\.5, 100\.0\] +45\.0 +6\.4 +2\.5", invariant);
        Assert.Contains("The Transformer on example, masked: after training 30.0 points more of its attention lie within 8 steps than after training 'scratch' (seen,", invariant, StringComparison.Ordinal);
    }
}

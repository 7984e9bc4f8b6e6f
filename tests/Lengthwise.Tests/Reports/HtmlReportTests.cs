using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Lengthwise.Experiments;
using Lengthwise.Reports;
using Lengthwise.Statistics;

namespace Lengthwise.Tests.Reports;

public sealed partial class HtmlReportTests
{
    private const string Hostile = "<script>alert('x')</script>\" onload=\"y\u0001&amp;]]>";

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    public void The_page_without_its_style_and_lines_is_the_approved_one(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            Approval.Check(Normalised(HtmlReport.Render(Summary.From(SampleComparison.Small()))), "small.html");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_culture_moves_no_line_of_a_figure()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        Summary summary = Summary.From(SampleComparison.Full());
        string expected = HtmlReport.Render(summary);
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("sv-SE");
        try
        {
            string page = HtmlReport.Render(summary);

            Assert.Equal(expected, page);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_page_refers_to_nothing_outside_of_itself_and_runs_no_script()
    {
        string page = HtmlReport.Render(Summary.From(SampleComparison.Full()));

        Assert.DoesNotMatch("https?:|//[a-z]|url\\(|@import|<script|<img|<iframe|<link|<object|\\son[a-z]+=", page);
        Assert.All(Parse(page).Descendants().Attributes("href"), href => Assert.StartsWith("#", href.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Headings_do_not_skip_a_level_and_there_is_one_title()
    {
        XDocument page = Parse(HtmlReport.Render(Summary.From(SampleComparison.Full())));

        int[] levels = [.. page.Descendants().Where(e => Heading().IsMatch(e.Name.LocalName)).Select(e => e.Name.LocalName[1] - '0')];

        Assert.Equal(1, levels[0]);
        Assert.Single(levels, l => l == 1);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
    }

    [Fact]
    public void Every_name_that_something_is_labelled_by_exists_once()
    {
        XDocument page = Parse(HtmlReport.Render(Summary.From(SampleComparison.Full())));

        string[] ids = [.. page.Descendants().Attributes("id").Select(a => a.Value)];
        IEnumerable<string> wanted = page.Descendants().Attributes("aria-labelledby").SelectMany(a => a.Value.Split(' '))
            .Concat(page.Descendants().Attributes("href").Select(a => a.Value[1..]));

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(wanted, id => Assert.Contains(id, ids));
    }

    [Fact]
    public void Every_figure_has_a_title_and_says_its_numbers_in_words()
    {
        XElement[] figures = [.. Parse(HtmlReport.Render(Summary.From(SampleComparison.WithItems(SampleComparison.Full())))).Descendants("svg")];

        // Scores, gains, gaps, three axes of label curves and of pretraining curves, three costs, losses, reliability, confusion of both tasks.
        Assert.Equal(6 + 12 + 9 + 6 + 3 + 4 + 10, figures.Length);
        Assert.All(figures, f => Assert.NotEmpty(f.Element("title")!.Value));
        Assert.All(figures, f => Assert.Matches("[0-9]", f.Element("desc")!.Value));
    }

    [Fact]
    public void Every_seed_is_drawn()
    {
        XDocument page = Parse(HtmlReport.Render(Summary.From(SampleComparison.Full())));

        XElement scores = page.Descendants("svg").First(s => s.Element("title")!.Value.StartsWith("markov-sources: test", StringComparison.Ordinal));

        Assert.Equal(18, scores.Elements("path").Count(p => p.Attribute("class")!.Value.Contains("faint", StringComparison.Ordinal)));
        Assert.Single(scores.Elements("line"), l => l.Attribute("class")!.Value == "chance");
    }

    [Fact]
    public void Each_axis_can_be_chosen_without_script_and_exactly_one_is_at_first()
    {
        XElement[] switches = [.. Parse(HtmlReport.Render(Summary.From(SampleComparison.Full()))).Descendants("fieldset")];

        Assert.NotEmpty(switches);
        Assert.All(switches, s =>
        {
            XElement[] choices = [.. s.Elements("input")];
            Assert.NotEmpty(s.Element("legend")!.Value);
            Assert.Equal(choices.Length, s.Elements("div").Count());
            Assert.InRange(choices.Length, 2, 4);
            Assert.Single(choices, c => c.Attribute("checked") is not null);
            Assert.Single(choices.Select(c => c.Attribute("name")!.Value).Distinct());
            Assert.Equal(choices.Select(c => c.Attribute("id")!.Value), s.Elements("label").Select(l => l.Attribute("for")!.Value));
        });
    }

    [Fact]
    public void Names_from_a_users_files_cannot_become_markup()
    {
        RunRecord cell = SampleComparison.Cell(Hostile, Hostile, Hostile, 1, 0.5) with
        {
            Run = Hostile,
            Diagnoses = [new(Hostile, DiagnosisSeverity.Warning, Hostile, Hostile, 1)],
            Machine = new() { Cpu = Hostile },
            DataHash = Hostile,
        };
        var data = new ComparisonData
        {
            Title = Hostile,
            Command = Hostile,
            Preset = Hostile,
            Cells = [cell],
            Failures = [new(Hostile, Hostile, Hostile, 2, Hostile)],
            Trials = [cell],
            Curves = new Dictionary<string, IReadOnlyList<MetricLine>> { [Hostile] = [new() { Phase = "finetune", Split = "validation", Step = 1, Metric = 0.5 }] },
            Recipes = new Dictionary<string, string> { [Hostile] = Hostile },
            Notes = [Hostile],
            TaskSummaries = new Dictionary<string, string> { [Hostile] = Hostile },
        };

        string page = HtmlReport.Render(Summary.From(data));

        Assert.Empty(Parse(page).Descendants("script"));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Parse(page).Descendants().Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_from_a_users_files_cannot_become_markup_in_any_section()
    {
        RunRecord[] cells =
        [
            .. from task in new[] { Hostile, Hostile + "2" }
               from model in new[] { Hostile, "\" b", "<c>" }
               from objective in new[] { "scratch", "masked", Hostile }
               from seed in new[] { 1, 2 }
               select SampleComparison.Cell(task, model, objective, seed, 0.5 + 0.01 * seed) with { Run = $"{task}{model}{objective}{seed}", LabelledRows = task.Length },
        ];
        var predictions = new ClassPredictions([0, 1, 2, 3], [0, 1, 0, 1], [Hostile, "b"], [0.9f, 0.1f, 0.2f, 0.8f, 0.3f, 0.7f, 1, 0]);
        var data = new ComparisonData
        {
            Title = "t",
            Cells = [.. cells.Select(c => c.Task == Hostile ? c : c with { Arm = new() { Task = Hostile + "-data10" } })],
            TestItems = cells.ToDictionary(c => c.Run, _ => TestItems.Of(predictions, MetricKind.Accuracy)!),
            Curves = cells.ToDictionary(c => c.Run, c => (IReadOnlyList<MetricLine>)[.. Enumerable.Range(1, 5).Select(i => new MetricLine { Phase = "finetune", Split = "validation", Step = i, Metric = 0.1 * i, Flops = i, Seconds = i })]),
        };

        Summary summary = Summary.From(data);
        XDocument page = Parse(HtmlReport.Render(summary));

        Assert.NotEmpty(summary.Ranks);
        Assert.NotEmpty(summary.LabelTrends);
        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.All(page.Descendants().Attributes("id"), id => Assert.Matches("^[A-Za-z0-9-]+$", id.Value));
    }

    [Fact]
    public void A_model_that_is_always_sure_and_always_right_is_drawn()
    {
        var predictions = new ClassPredictions([0, 1], [0, 1], ["a", "b"], [1, 0, 0, 1]);
        RunRecord[] cells = [SampleComparison.Cell("t", "s4d", "scratch", 1, 1), SampleComparison.Cell("t", "s4d", "scratch", 2, 1)];

        string page = HtmlReport.Render(Summary.From(new ComparisonData
        {
            Title = "t",
            Cells = cells,
            TestItems = cells.ToDictionary(c => c.Run, _ => TestItems.Of(predictions, MetricKind.Accuracy)!),
        }));

        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.Contains("expected calibration error 0.0 %", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Five_hundred_runs_make_a_page_that_still_opens()
    {
        ComparisonData full = SampleComparison.Full();
        RunRecord sample = full.Cells[0];
        RunRecord[] cells =
        [
            .. from model in Enumerable.Range(0, 10)
               from objective in new[] { "scratch", "masked" }
               from seed in Enumerable.Range(1, 25)
               select SampleComparison.Cell("t", $"model-{model}", objective, seed, 0.5 + 0.01 * model + 0.001 * seed),
        ];
        MetricLine[] curve = [.. Enumerable.Range(1, 500).Select(i => new MetricLine { Phase = "finetune", Split = "validation", Step = i, Metric = 0.5 + 0.4 * Math.Sin(i / 40.0) })];
        ComparisonData data = full with
        {
            Cells = cells,
            Trials = [],
            Curves = cells.ToDictionary(c => c.Run, _ => (IReadOnlyList<MetricLine>)curve),
            Recipes = cells.ToDictionary(c => c.Run, _ => full.Recipes[sample.Run]),
        };

        string page = HtmlReport.Render(Summary.From(data));

        Assert.InRange(page.Length, 100_000, 2_500_000);
        Assert.Equal(500, Parse(page).Descendants("pre").Count() - 2);
    }

    private static XDocument Parse(string page)
    {
        using var text = new StringReader(page);
        using XmlReader reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    /// <summary>The page with the style left out and each picture replaced by its title and description.</summary>
    private static string Normalised(string page) => Picture().Replace(Style().Replace(page, "<style/>"), "<svg>$1</svg>");

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<svg[^>]*>(<title.*?</desc>).*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Picture();

    [GeneratedRegex("^h[1-6]$")]
    private static partial Regex Heading();
}

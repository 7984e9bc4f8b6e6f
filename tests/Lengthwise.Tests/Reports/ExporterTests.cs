using System.Globalization;
using System.Text.Json;
using Lengthwise.Reports;

namespace Lengthwise.Tests.Reports;

public sealed class ExporterTests
{
    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    public void The_console_report_is_the_approved_one(string culture) =>
        Approval.Check(InCulture(culture, () => ConsoleReport.Render(Small())), "small.txt");

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    public void The_markdown_report_is_the_approved_one(string culture) =>
        Approval.Check(InCulture(culture, () => MarkdownReport.Render(Small())), "small.md");

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    public void The_csv_report_is_the_approved_one(string culture) =>
        Approval.Check(InCulture(culture, () => CsvReport.Render(Small())), "small.csv");

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    public void The_json_report_is_the_approved_one(string culture) =>
        Approval.Check(InCulture(culture, () => JsonReport.Render(Small())), "small.json");

    [Fact]
    public void No_console_line_is_wider_than_80_columns()
    {
        ComparisonData data = SampleComparison.Full();
        data = data with { Cells = [.. data.Cells.Select(c => c.Model == "s4d" ? c with { Model = "a-model-with-a-name-that-goes-on-and-on", Lr = 1.25e-5, Seconds = 36_000 } : c)] };

        string text = ConsoleReport.Render(Summary.From(data));

        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void The_order_of_completion_does_not_reach_the_json()
    {
        ComparisonData data = SampleComparison.Full();
        ComparisonData shuffled = data with { Cells = [.. data.Cells.Reverse()], Trials = [.. data.Trials.Reverse()] };

        Assert.Equal(JsonReport.Render(Summary.From(data)), JsonReport.Render(Summary.From(shuffled)));
    }

    [Fact]
    public void The_json_starts_each_cell_with_the_promised_keys()
    {
        using JsonDocument document = JsonDocument.Parse(JsonReport.Render(Small()));

        JsonElement cell = document.RootElement.GetProperty("cells")[0];

        string[] promised =
        [
            "task", "model", "objective", "seed", "parameters", "metric", "validation", "test", "pretrain_steps", "finetune_steps", "seconds",
            "tokens_per_second", "peak_memory_bytes", "run",
        ];
        Assert.Equal(promised, cell.EnumerateObject().Take(promised.Length).Select(p => p.Name));
        Assert.Equal(JsonValueKind.Number, cell.GetProperty("test").ValueKind);
        Assert.Equal(JsonValueKind.Number, document.RootElement.GetProperty("schema").ValueKind);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_null_in_the_json_and_empty_in_the_csv()
    {
        var data = new ComparisonData
        {
            Title = "broken",
            Cells = [SampleComparison.Cell("t", "s4d", "scratch", 1, double.NaN) with { Validation = double.PositiveInfinity, TokensPerSecond = double.NaN }],
        };

        Summary summary = Summary.From(data);

        using JsonDocument document = JsonDocument.Parse(JsonReport.Render(summary));
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("cells")[0].GetProperty("test").ValueKind);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("aggregates")[0].GetProperty("test").ValueKind);
        Assert.Contains("accuracy,,,0,1200", CsvReport.Render(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_fields_with_commas_and_quotes_are_quoted()
    {
        var data = new ComparisonData { Title = "t", Cells = [SampleComparison.Cell("my \"own\", task", "s4d", "scratch", 1, 0.5)] };

        string csv = CsvReport.Render(Summary.From(data));

        Assert.Contains("\n\"my \"\"own\"\", task\",s4d,", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_cannot_become_markup_in_markdown()
    {
        var data = new ComparisonData { Title = "a|b\n<script> [x](y)", Cells = [SampleComparison.Cell("*task*", "s4d", "scratch", 1, 0.5)] };

        string page = MarkdownReport.Render(Summary.From(data));

        Assert.StartsWith("# a\\|b \\<script\\> [x]\\(y)\n", page, StringComparison.Ordinal);
        Assert.Contains("## \\*task\\*", page, StringComparison.Ordinal);
    }

    [Fact]
    public void All_files_are_written_beside_each_other()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lengthwise-");
        try
        {
            var target = new DirectoryInfo(Path.Combine(folder.FullName, "new"));

            string page = ReportFiles.Write(Small(), target);

            Assert.Equal(["report.csv", "report.html", "report.json", "report.md", "report.tex"], target.GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal));
            Assert.Equal(HtmlReport.Render(Small()), File.ReadAllText(page));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Summary Small() => Summary.From(SampleComparison.Small());

    private static string InCulture(string name, Func<string> render)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name);
        try
        {
            return render();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}

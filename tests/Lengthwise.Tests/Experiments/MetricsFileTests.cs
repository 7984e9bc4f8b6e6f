using System.Globalization;
using CsCheck;
using Lengthwise.Experiments;

namespace Lengthwise.Tests.Experiments;

public sealed class MetricsFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-");

    private string MetricsPath => Path.Combine(_folder.FullName, "metrics.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_line_is_one_line_of_snake_case_json()
    {
        string line = MetricsFile.Format(Example());

        Assert.Equal(
            """{"phase":"finetune","split":"validation","step":40,"epoch":2,"loss":0.30000000000000004,"metric":0.9,"lr":0.001,"tokens":256000,"flops":1500000000000000,"seconds":3.25,"tokens_per_second":null}""",
            line);
    }

    [Fact]
    public void A_line_does_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        string expected = MetricsFile.Format(Example());
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fr-FR");
        try
        {
            string line = MetricsFile.Format(Example());

            Assert.Equal(expected, line);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Every_double_round_trips()
    {
        Gen.Select(Gen.Double.Where(double.IsFinite), Gen.Double.Where(double.IsFinite)).Sample((loss, metric) =>
        {
            File.WriteAllText(MetricsPath, MetricsFile.Format(Example() with { Loss = loss, Metric = metric }) + "\n");

            MetricLine read = Assert.Single(MetricsFile.Read(MetricsPath));

            Assert.Equal(loss, read.Loss);
            Assert.Equal(metric, read.Metric);
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void A_loss_that_left_the_numbers_is_null_in_the_file_and_not_a_number_when_read()
    {
        string line = MetricsFile.Format(Example() with { Loss = double.PositiveInfinity, Metric = double.NaN });
        File.WriteAllText(MetricsPath, line);

        MetricLine read = Assert.Single(MetricsFile.Read(MetricsPath));

        Assert.Contains("\"loss\":null", line, StringComparison.Ordinal);
        Assert.True(double.IsNaN(read.Loss));
        Assert.Null(read.Metric);
    }

    [Fact]
    public void A_last_line_cut_anywhere_is_passed_over()
    {
        string first = MetricsFile.Format(Example());
        string second = MetricsFile.Format(Example() with { Step = 50 });
        for (int kept = 0; kept < second.Length; kept++)
        {
            File.WriteAllText(MetricsPath, first + "\n" + second[..kept]);

            MetricLine read = Assert.Single(MetricsFile.Read(MetricsPath));

            Assert.Equal(Example(), read);
        }
    }

    [Fact]
    public void A_whole_last_line_counts_even_without_its_newline()
    {
        File.WriteAllText(MetricsPath, MetricsFile.Format(Example()) + "\n" + MetricsFile.Format(Example() with { Step = 50 }));

        IReadOnlyList<MetricLine> read = MetricsFile.Read(MetricsPath);

        Assert.Equal([40, 50], read.Select(l => l.Step));
    }

    [Theory]
    [InlineData("{\"phase\":\"finetune\"")]
    [InlineData("{\"phase\":\"finetune\",\"split\":\"train\"}")]
    [InlineData("null")]
    [InlineData("7")]
    public void A_broken_line_before_the_end_is_named_with_file_and_line(string broken)
    {
        string good = MetricsFile.Format(Example());
        File.WriteAllText(MetricsPath, $"{good}\n\n{broken}\n{good}\n");

        var failure = Assert.Throws<LengthwiseException>(() => MetricsFile.Read(MetricsPath));

        Assert.Equal(ExitCode.Data, failure.Code);
        Assert.Contains($"{MetricsPath}(3)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_another_process_still_writes_can_be_read()
    {
        using var writer = new FileStream(MetricsPath, FileMode.Create, FileAccess.Write, FileShare.Read);
        writer.Write(System.Text.Encoding.UTF8.GetBytes(MetricsFile.Format(Example()) + "\n"));
        writer.Flush();

        Assert.Single(MetricsFile.Read(MetricsPath));
    }

    [Fact]
    public void A_missing_file_has_no_lines() => Assert.Empty(MetricsFile.Read(MetricsPath));

    private static MetricLine Example() => new()
    {
        Phase = "finetune",
        Split = "validation",
        Step = 40,
        Epoch = 2,
        Loss = 0.1 + 0.2,
        Metric = 0.9,
        Lr = 1e-3,
        Tokens = 256_000,
        Flops = 1.5e15,
        Seconds = 3.25,
    };
}

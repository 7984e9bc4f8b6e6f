using Lengthwise.Experiments;

namespace Lengthwise.Tests.Experiments;

public sealed class MetricsTailTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-tail-");

    private string MetricsPath => Path.Combine(_folder.FullName, "metrics.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Only_what_was_appended_is_read()
    {
        var tail = new MetricsTail(MetricsPath);
        Append(1, 2);
        Steps(tail);
        long before = tail.BytesRead;

        long[] unchanged = Steps(tail);
        Append(3);
        long[] appended = Steps(tail);

        Assert.Empty(unchanged);
        Assert.Equal([3], appended);
        Assert.Equal(new FileInfo(MetricsPath).Length - before, tail.BytesRead - before);
    }

    [Fact]
    public void A_line_counts_once_it_is_whole()
    {
        var tail = new MetricsTail(MetricsPath);
        string line = Line(1);

        File.AppendAllText(MetricsPath, line[..20]);
        long[] half = Steps(tail);
        File.AppendAllText(MetricsPath, line[20..] + "\n");
        long[] whole = Steps(tail);

        Assert.Empty(half);
        Assert.Equal([1], whole);
    }

    [Fact]
    public void A_file_that_was_cut_back_and_grew_past_where_it_was_begins_anew()
    {
        var tail = new MetricsTail(MetricsPath);
        Append(1, 2, 3);
        Steps(tail);

        File.WriteAllText(MetricsPath, Line(1) + "\n");
        Append(seconds: 7, 2, 3, 4);
        var lines = new List<MetricLine>();
        bool isNew = tail.Read(lines);

        Assert.True(isNew);
        Assert.Equal([1, 2, 3, 4], lines.Select(l => l.Step));
    }

    [Fact]
    public void Damaged_lines_are_counted_and_passed_over()
    {
        var tail = new MetricsTail(MetricsPath);
        Append(1);
        File.AppendAllText(MetricsPath, "\0\0\0\n{\"phase\":null}\n[[[[\n");
        Append(2);

        long[] steps = Steps(tail);

        Assert.Equal([1, 2], steps);
        Assert.Equal(3, tail.BadLines);
    }

    [Fact]
    public void A_file_that_does_not_exist_has_no_lines_and_one_that_vanishes_begins_anew()
    {
        var tail = new MetricsTail(MetricsPath);

        long[] none = Steps(tail);
        Append(1);
        Steps(tail);
        File.Delete(MetricsPath);
        bool isNew = tail.Read([]);

        Assert.Empty(none);
        Assert.True(isNew);
    }

    private static long[] Steps(MetricsTail tail)
    {
        var lines = new List<MetricLine>();
        tail.Read(lines);
        return [.. lines.Select(l => l.Step)];
    }

    private void Append(params long[] steps) => Append(seconds: 1, steps);

    private void Append(double seconds, params long[] steps)
    {
        foreach (long step in steps) File.AppendAllText(MetricsPath, Line(step, seconds) + "\n");
    }

    private static string Line(long step, double seconds = 1) =>
        MetricsFile.Format(new MetricLine { Phase = "finetune", Split = "train", Step = step, Seconds = seconds * step });
}

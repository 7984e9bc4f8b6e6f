using Lengthwise.Experiments;

namespace Lengthwise.Tests.Experiments;

public sealed class RunLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-log-");

    private string LogPath => Path.Combine(_folder.FullName, RunLog.FileName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_remark_is_one_line_with_its_time()
    {
        var log = new RunLog(LogPath);

        log.Add("first\nstill first");
        log.Add("second");

        string[] lines = log.Tail(1000).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ  first still first$", lines[0]);
    }

    [Fact]
    public void The_tail_begins_with_a_whole_line()
    {
        var log = new RunLog(LogPath);
        for (int i = 0; i < 100; i++) log.Add($"remark {i}");

        string tail = log.Tail(100);

        Assert.True(tail.Length <= 100);
        Assert.All(tail.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(@"Z  remark \d+$", line));
        Assert.EndsWith("remark 99\n", tail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_cannot_be_written_stops_nothing()
    {
        var log = new RunLog(Path.Combine(_folder.FullName, "missing", "log.txt"));

        log.Add("remark");

        Assert.Empty(log.Tail(100));
    }
}

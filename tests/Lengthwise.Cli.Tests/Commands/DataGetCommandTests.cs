using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lengthwise.Tests.Serving;

namespace Lengthwise.Cli.Tests.Commands;

public sealed class DataGetCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly ArchiveServer _server = new();

    private string Mirror => _server.At("mirror").AbsoluteUri;

    public void Dispose()
    {
        _server.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public void A_data_set_of_many_files_arrives_checked_against_the_list_of_sums_that_comes_with_it()
    {
        ServeBidmc();

        Outcome before = List(), got = Get("bidmc"), again = Get("bidmc"), after = List();

        Assert.Equal(ExitCode.Done, got.Code);
        Assert.Contains("107 of 107 files", got.Error, StringComparison.Ordinal);
        Assert.Contains("there already", again.Error, StringComparison.Ordinal);
        Assert.Equal("bidmc_53_Signals", File.ReadAllText(Path.Combine(got.Out.Trim(), "bidmc_csv", "bidmc_53_Signals.csv")));
        Assert.Equal(("Missing", "Whole"), (StateOf(before, "bidmc"), StateOf(after, "bidmc")));
    }

    [Fact]
    public void A_file_that_its_list_does_not_agree_with_is_refused()
    {
        ServeBidmc();
        _server.Files["mirror/bidmc_csv/bidmc_07_Numerics.csv"] = "changed"u8.ToArray();

        Outcome outcome = Get("bidmc");

        Assert.Equal(ExitCode.Data, outcome.Code);
        Assert.Contains("bidmc_07_Numerics.csv", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("SHA-256", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("Partial", StateOf(List(), "bidmc"));
    }

    [Fact]
    public void Wrong_bytes_and_a_missing_file_end_with_code_3_and_say_what_to_do()
    {
        _server.Files["mirror/aclImdb_v1.tar.gz"] = "<html>log in</html>"u8.ToArray();

        Outcome wrong = Get("text"), missing = Get("image");

        Assert.All([wrong, missing], o => Assert.Equal(ExitCode.Data, o.Code));
        Assert.Contains("MD5 7c2ac02c03563afcf9b574c7e56c153a", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("404", missing.Error, StringComparison.Ordinal);
        Assert.Contains("--mirror", missing.Error, StringComparison.Ordinal);
        Assert.Equal("Missing", StateOf(List(), "text"));
    }

    [Fact]
    public void Data_that_may_not_be_downloaded_says_where_a_person_gets_it_and_where_it_goes()
    {
        Outcome outcome = Get("retrieval");

        Assert.Equal(ExitCode.Data, outcome.Code);
        Assert.Contains("https://github.com/google-research/long-range-arena", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("task.path", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public void Generated_data_needs_nothing_and_other_words_are_mistakes()
    {
        Outcome generated = Get("parity"), unknown = Get("txt"), mirror = Outcome.Of("data", "get", "text", "--mirror", "here", "--cache", _workspace.Cache);

        Assert.Equal(ExitCode.Done, generated.Code);
        Assert.Equal(ExitCode.Usage, unknown.Code);
        Assert.Contains("'text'", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, mirror.Code);
    }

    [Fact]
    public void Every_task_is_listed_with_source_licence_and_state_within_80_columns()
    {
        using JsonDocument json = JsonDocument.Parse(List().Out);
        Outcome text = Outcome.Of("data", "ls", "--cache", _workspace.Cache);

        JsonElement[] tasks = [.. json.RootElement.GetProperty("tasks").EnumerateArray()];
        Assert.All(tasks, t => Assert.All((string[])["name", "source", "licence", "state"], key => Assert.NotEmpty(t.GetProperty(key).GetString()!)));
        Assert.All(tasks, t => Assert.Contains(t.GetProperty("name").GetString()!, text.Out, StringComparison.Ordinal));
        Assert.All(text.Out.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.Contains("lengthwise data get image", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_settings_of_the_system_are_respected()
    {
        // The address is nobody's: only a proxy can answer for it.
        _server.Files["mirror/cifar-10-binary.tar.gz"] = "nothing"u8.ToArray();
        using RealProcess process = RealProcess.StartWith(
            new() { ["http_proxy"] = $"http://127.0.0.1:{_server.Port}", ["no_proxy"] = "", ["all_proxy"] = "" },
            "data", "get", "image", "--mirror", "http://archives.invalid/mirror", "--cache", _workspace.Cache);

        Outcome outcome = await process.EndAsync();

        Assert.Equal(ExitCode.Data, outcome.Code);
        Assert.Contains("the server announces 7 bytes, expected 170,052,171", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("http://archives.invalid/mirror/cifar-10-binary.tar.gz", Assert.Single(_server.Requests).Target);
    }

    [Fact]
    public async Task Ctrl_C_keeps_what_has_arrived()
    {
        var content = new byte[400_000];
        _server.Files["mirror/aclImdb_v1.tar.gz"] = content;
        _server.Faults.Enqueue(new() { CutAfter = 300_000, Hangs = true });
        string part = Path.Combine(_workspace.Cache, "data", "imdb", "aclImdb_v1.tar.gz.download");
        using RealProcess process = RealProcess.StartWith(new() { ["http_proxy"] = "" }, "data", "get", "text", "--mirror", Mirror, "--cache", _workspace.Cache);
        while (!process.HasExited && (!File.Exists(part) || new FileInfo(part).Length < 300_000)) await Task.Delay(20, TestContext.Current.CancellationToken);
        process.Interrupt();

        Outcome outcome = await process.EndAsync();
        Get("text");

        Assert.Equal(ExitCode.Interrupted, outcome.Code);
        Assert.Contains("continues where it stopped", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("bytes=300000-", _server.Requests.Skip(1).First().Range);
    }

    private void ServeBidmc()
    {
        var sums = new StringBuilder();
        foreach (string kind in (string[])["Signals", "Numerics"])
            for (int n = 1; n <= 53; n++)
            {
                string name = FormattableString.Invariant($"bidmc_csv/bidmc_{n:00}_{kind}.csv");
                byte[] content = Encoding.ASCII.GetBytes(Path.GetFileNameWithoutExtension(name));
                _server.Files[$"mirror/{name}"] = content;
                sums.Append(Convert.ToHexStringLower(SHA256.HashData(content))).Append("  ").Append(name).Append('\n');
            }
        _server.Files["mirror/SHA256SUMS.txt"] = Encoding.ASCII.GetBytes(sums.ToString());
    }

    private Outcome Get(string task) => Outcome.Of("data", "get", task, "--mirror", Mirror, "--cache", _workspace.Cache);

    private Outcome List() => Outcome.Of("data", "ls", "--json", "--cache", _workspace.Cache);

    private static string StateOf(Outcome list, string task)
    {
        using JsonDocument json = JsonDocument.Parse(list.Out);
        return json.RootElement.GetProperty("tasks").EnumerateArray().Single(t => t.GetProperty("name").GetString() == task).GetProperty("state").GetString()!;
    }
}

using System.Text;
using System.Text.Json;

namespace Lengthwise.Cli.Tests.Commands;

public sealed class DataExportCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Arrays_have_numpys_header_and_all_elements()
    {
        Outcome outcome = Export("fashion-mnist", "npy", "task.side=14", "task.train_size=7");

        Assert.Equal(ExitCode.Done, outcome.Code);
        byte[] images = File.ReadAllBytes(_workspace.At("out/X_train.npy")), labels = File.ReadAllBytes(_workspace.At("out/y_train.npy"));
        int header = 10 + BitConverter.ToUInt16(images, 8);
        Assert.Equal(0, header % 64);
        Assert.Equal("\u0093NUMPY\u0001\u0000", Encoding.Latin1.GetString(images, 0, 8));
        Assert.StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (7, 196), }", Encoding.ASCII.GetString(images, 10, header - 10), StringComparison.Ordinal);
        Assert.Equal(header + 7 * 196 * 4, images.Length);
        Assert.All(Enumerable.Range(0, 7), i => Assert.InRange(BitConverter.ToInt32(labels, labels.Length - 28 + 4 * i), 0, 9));
    }

    [Fact]
    public void Rows_are_written_as_JSON_lines_with_symbols_and_class_names()
    {
        Export("markov-sources", "jsonl", "task.length=5", "task.train_size=4");

        string[] lines = File.ReadAllLines(_workspace.At("out/train.jsonl"));
        Assert.Equal(4, lines.Length);
        using JsonDocument row = JsonDocument.Parse(lines[2]);
        Assert.Equal(5, row.RootElement.GetProperty("tokens").GetArrayLength());
        Assert.Equal("2", row.RootElement.GetProperty("label").GetString());
    }

    [Fact]
    public void A_setting_that_is_not_the_tasks_is_refused()
    {
        Outcome outcome = Export("markov-sources", "npy", "model.d_model=3");

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("'--set model.d_model=3' is no setting of the task", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_workspace.At("out")));
    }

    private Outcome Export(string task, string format, params string[] settings) => Outcome.Of(
        ["data", "export", task, "--format", format, "--out", _workspace.At("out"), "--cache", _workspace.Cache, .. settings.SelectMany(s => (string[])["--set", s])]);
}

using System.Text.Json;

namespace Lengthwise.Cli.Tests.Commands;

public sealed class LsCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("tasks", "listops")]
    [InlineData("tasks", "markov-sources")]
    [InlineData("tasks", "fashion-mnist")]
    [InlineData("models", "transformer")]
    [InlineData("models", "s4d")]
    public void What_can_be_compared_is_listed_by_name(string kind, string name)
    {
        Outcome outcome = Outcome.Of("ls", kind, "--json");

        using JsonDocument document = JsonDocument.Parse(outcome.Out);
        Assert.Equal(1, document.RootElement.GetProperty("schema").GetInt32());
        Assert.Contains(name, document.RootElement.GetProperty(kind).EnumerateArray().Select(e => e.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("transformer", "scratch,masked,causal")]
    [InlineData("conv1d", "scratch")]
    [InlineData("luna", "scratch,masked")]
    public void Models_are_listed_with_the_objectives_they_admit(string name, string objectives)
    {
        using JsonDocument document = JsonDocument.Parse(Outcome.Of("ls", "models", "--json").Out);

        JsonElement model = document.RootElement.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("name").GetString() == name);
        Assert.Equal(objectives, string.Join(',', model.GetProperty("objectives").EnumerateArray().Select(o => o.GetString())));
    }

    [Fact]
    public void A_model_that_is_reported_apart_is_listed_with_a_remark()
    {
        const string remark = "no part of the published comparison";
        string text = string.Join(' ', Outcome.Of("ls", "models").Out.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        using JsonDocument document = JsonDocument.Parse(Outcome.Of("ls", "models", "--json").Out);

        string? listed = document.RootElement.GetProperty("models").EnumerateArray()
            .Single(m => m.GetProperty("name").GetString() == "mamba").GetProperty("remark").GetString();

        Assert.Contains(remark, listed, StringComparison.Ordinal);
        Assert.Contains(remark, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_table_fits_80_columns()
    {
        string[] lines = [.. ((string[])["tasks", "models", "recipes"]).SelectMany(kind => Outcome.Of("ls", kind).Out.Split('\n'))];

        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void The_default_preset_is_among_the_recipes()
    {
        using JsonDocument document = JsonDocument.Parse(Outcome.Of("ls", "recipes", "--json").Out);

        Assert.Contains(
            ("markov-sources", "default"),
            document.RootElement.GetProperty("presets").EnumerateArray().Select(p => (p.GetProperty("task").GetString()!, p.GetProperty("name").GetString()!)));
    }

    [Fact]
    public void A_folder_without_runs_is_no_failure_and_a_missing_one_is()
    {
        Directory.CreateDirectory(_workspace.At("empty"));

        Outcome empty = Outcome.Of("ls", "runs", _workspace.At("empty"), "--json"), missing = Outcome.Of("ls", "runs", _workspace.At("missing"));

        Assert.Equal(ExitCode.Done, empty.Code);
        Assert.Equal(ExitCode.Data, missing.Code);
    }
}

using System.Text.Json;
using System.Xml.Linq;
using Lengthwise.Cli.Checking;
using Lengthwise.Cli.Output;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Reports.DataSheets;

namespace Lengthwise.Cli.Tests.Commands;

public sealed class DataCheckCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_task_is_explained_with_its_splits_its_chance_and_its_command()
    {
        Outcome outcome = Outcome.Of("data", "check", "markov-sources", "--cache", _workspace.Cache, "--set", "task.length=20", "--no-cost");

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.StartsWith("2,000 sequences of tokens of 14 kinds, up to 20 steps; 4 classes.", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("always the largest class", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("0 125, 1 125, 2 125, 3 125", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("Compare models on it: lengthwise compare markov-sources --set task.length=20", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_is_well_formed_and_draws_lengths_classes_and_rows()
    {
        string path = _workspace.At("sheet.html");

        Outcome outcome = Outcome.Of("data", "check", "fashion-mnist", "--cache", _workspace.Cache, "--html", path, "--no-cost");

        Assert.Equal(ExitCode.Done, outcome.Code);
        XDocument page = XDocument.Parse(File.ReadAllText(path));
        Assert.Equal(7, page.Descendants().Count(e => e.Name.LocalName == "svg"));
        Assert.Contains("Every training row has 196 steps.", page.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Costs_are_measured_for_the_models_that_are_named()
    {
        Outcome outcome = Outcome.Of("data", "check", "markov-sources", "--cache", _workspace.Cache, "--set", "task.length=16", "--models", "transformer,s4d", "--json");

        using JsonDocument document = JsonDocument.Parse(outcome.Out);
        JsonElement[] costs = [.. document.RootElement.GetProperty("sheet").GetProperty("costs").EnumerateArray()];
        Assert.Equal(["s4d", "transformer"], costs.Select(c => c.GetProperty("model").GetString()));
        Assert.All(costs, c => Assert.InRange(c.GetProperty("epoch_seconds").GetDouble(), 0.001, 600));
        Assert.All(costs, c => Assert.InRange(c.GetProperty("peak_memory_bytes").GetInt64(), 1 << 20, 1L << 34));
    }

    [Fact]
    public void Every_model_that_the_preset_has_a_file_for_is_measured_by_default()
    {
        var check = new CheckTarget("markov-sources", ["task.length=16"]);
        using PreparedTask data = check.Task().Prepare(new DirectoryInfo(_workspace.Cache), null, TestContext.Current.CancellationToken);

        IEnumerable<string> models = check.Recipes(data, models: null).Select(r => r.ModelName);

        Assert.Equal(ModelCatalog.Settings.Keys.Order(StringComparer.Ordinal), models);
    }

    [Theory]
    [InlineData(1 << 20, 120, "more than 1 MiB")]
    [InlineData(1L << 40, 0, "more than 0 s for 3 steps")]
    public async Task A_model_that_takes_too_much_is_ended_and_said(long bytes, int seconds, string expected)
    {
        var check = new CheckTarget("markov-sources", ["task.length=16"]);
        var cache = new DirectoryInfo(_workspace.Cache);
        using PreparedTask data = check.Task().Prepare(cache, null, TestContext.Current.CancellationToken);
        var meter = new CostMeter(new Terminal(TextWriter.Null, TextWriter.Null, redraws: false, hasColour: false, 80), cache, new CostLimits(bytes, TimeSpan.FromSeconds(seconds)));

        DataSheetCost cost = Assert.Single(await meter.MeasureAsync(check.Recipes(data, "s4d"), TestContext.Current.CancellationToken));

        Assert.Null(cost.EpochSeconds);
        Assert.StartsWith(expected, cost.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_neither_file_nor_task_is_refused_with_a_suggestion()
    {
        Outcome outcome = Outcome.Of("data", "check", "markov-source");

        Assert.Equal(ExitCode.Data, outcome.Code);
        Assert.Contains("there is no file or folder 'markov-source'", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("markov-sources", outcome.Error, StringComparison.Ordinal);
    }
}

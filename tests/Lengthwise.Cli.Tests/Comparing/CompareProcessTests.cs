using System.Globalization;
using System.Text.Json;

namespace Lengthwise.Cli.Tests.Comparing;

/// <summary>The whole path through real processes, with the smallest comparison there is.</summary>
public sealed class CompareProcessTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task The_smoke_preset_runs_end_to_end_and_starting_again_repeats_the_result()
    {
        Outcome first = await RealProcess.RunAsync(_workspace.Smoke("a", "--json"));
        Outcome again = await RealProcess.RunAsync(_workspace.Smoke("a", "--json"));

        Assert.Equal(ExitCode.Done, first.Code);
        Assert.Equal(first.Out, again.Out);
        Assert.All(["report.html", "report.md", "report.csv", "report.json"], name => Assert.True(File.Exists(Path.Combine(_workspace.At("a"), name)), name));
        using JsonDocument report = JsonDocument.Parse(first.Out);
        JsonElement[] cells = [.. report.RootElement.GetProperty("cells").EnumerateArray()];
        Assert.Equal(["masked", "scratch-matched"], cells.Select(c => c.GetProperty("objective").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(1, report.RootElement.GetProperty("schema").GetInt32());
        Assert.NotEmpty(report.RootElement.GetProperty("aggregates").EnumerateArray());
        string[] promised =
        [
            "task", "model", "objective", "seed", "parameters", "metric", "validation", "test", "pretrain_steps", "finetune_steps", "seconds",
            "tokens_per_second", "peak_memory_bytes", "run",
        ];
        Assert.All(cells, cell => Assert.All(promised, key => Assert.True(cell.TryGetProperty(key, out _), key)));
    }

    [Fact]
    public async Task Random_search_is_halved_round_by_round_and_a_second_start_finds_it_done()
    {
        string[] command = _workspace.Smoke("a", "--json", "--search", "random-halving", "--trials", "4", "--objectives", "masked");

        Outcome first = await RealProcess.RunAsync(command), again = await RealProcess.RunAsync(command);

        Assert.True(first.Code == ExitCode.Done, first.Error);
        Assert.Equal(first.Out, again.Out);
        using JsonDocument report = JsonDocument.Parse(first.Out);
        string[] rounds = [.. report.RootElement.GetProperty("trials").EnumerateArray().Select(t => t.GetProperty("run").GetString()!.Split('-')[4])];
        Assert.Equal(["round1", "round1", "round1", "round1", "round2", "round2"], rounds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_edited_cell_is_refused_by_report_and_by_continuing_until_it_is_allowed_by_name()
    {
        string[] command = _workspace.Smoke("a");
        Assert.Equal(ExitCode.Done, (await RealProcess.RunAsync(command)).Code);
        string result = Path.Combine(_workspace.At("a"), "cells", "markov-sources-transformer-masked-seed1", "result.json");
        File.WriteAllText(result, File.ReadAllText(result).Replace("\"parameters\": ", "\"parameters\": 1", StringComparison.Ordinal));

        Outcome report = Outcome.Of("report", _workspace.At("a")), again = Outcome.Of(command);
        Outcome allowed = Outcome.Of("report", _workspace.At("a"), "--json", "--allow-unfair", "record-edited,arm-parameters-differ");

        Assert.Equal((ExitCode.BarMissed, ExitCode.BarMissed, ExitCode.Done), (report.Code, again.Code, allowed.Code));
        Assert.Contains("[record-edited]", report.Error, StringComparison.Ordinal);
        Assert.Empty(report.Out);
        using JsonDocument document = JsonDocument.Parse(allowed.Out);
        Assert.Contains(document.RootElement.GetProperty("warnings").EnumerateArray(), w => w.GetProperty("code").GetString() == "record-edited" && w.GetProperty("is_allowed").GetBoolean());
    }

    [Fact]
    public async Task An_objective_that_a_model_lacks_is_shown_as_not_applicable_and_is_no_failure()
    {
        string preset = _workspace.At("preset");
        Directory.CreateDirectory(preset);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "recipes", "markov-sources", "smoke", "compare.toml"), Path.Combine(preset, "compare.toml"));
        File.WriteAllText(
            Path.Combine(preset, "conv1d.toml"), "extends = 'compare.toml'\n[model]\nname = 'conv1d'\nn_layers = 2\nd_model = 8\n[objective]\nname = 'scratch'\n[budget]\npretrain = 0\nfinetune = 8\n");

        Outcome outcome = await RealProcess.RunAsync(
            "compare", "--preset", preset, "--models", "conv1d", "--objectives", "scratch,masked", "--seeds", "1", "--out", _workspace.At("a"), "--cache", _workspace.Cache);

        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        Assert.Matches(@"conv1d\s+masked\s+not applicable", outcome.Out);
        Assert.Contains("Not applicable: conv1d masked on markov-sources", outcome.Error, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(Path.Combine(_workspace.At("a"), "cells")));
    }

    [Fact]
    public async Task A_pipe_gets_neither_escape_codes_nor_lines_beyond_80_columns_of_results()
    {
        Outcome outcome = await RealProcess.RunAsync(_workspace.Smoke("a"));

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.DoesNotContain('\u001b', outcome.Out);
        Assert.DoesNotContain('\u001b', outcome.Error);
        Assert.All(outcome.Out.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task A_comparison_killed_in_its_middle_ends_with_the_same_numbers()
    {
        Outcome whole = await RealProcess.RunAsync(_workspace.Longer("whole"));
        using (RealProcess killed = RealProcess.Start(_workspace.Longer("killed")))
        {
            await UntilAsync(() => Directory.Exists(Path.Combine(_workspace.At("killed"), "cells")) || killed.HasExited);
            killed.Kill();
            Assert.NotEqual(ExitCode.Done, (await killed.EndAsync()).Code);
        }

        Outcome continued = await RealProcess.RunAsync(_workspace.Longer("killed"));

        Assert.True(continued.Code == ExitCode.Done, continued.Error);
        Assert.Equal(Workspace.Comparable(whole.Out), Workspace.Comparable(continued.Out));
    }

    [Fact]
    public async Task Ctrl_C_saves_says_how_to_continue_and_ends_with_130()
    {
        using RealProcess process = RealProcess.Start(_workspace.Longer("a", "--set", "budget.finetune=100000"));
        await UntilAsync(() => Directory.Exists(Path.Combine(_workspace.At("a"), "tuning")) || process.HasExited);

        process.Interrupt();
        Outcome outcome = await process.EndAsync();

        Assert.Equal(ExitCode.Interrupted, outcome.Code);
        Assert.Empty(outcome.Out);
        Assert.Contains("To continue:\n  lengthwise compare --preset smoke", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_comparison_in_the_same_folder_is_refused_with_the_id_of_the_first()
    {
        using RealProcess first = RealProcess.Start(_workspace.Longer("a", "--set", "budget.finetune=100000"));
        await UntilAsync(() => File.Exists(Path.Combine(_workspace.At("a"), "speed.json")) || first.HasExited);

        Outcome second = await RealProcess.RunAsync(_workspace.Longer("a", "--set", "budget.finetune=100000"));

        Assert.Equal(ExitCode.Failed, second.Code);
        Assert.Contains(first.Id.ToString(CultureInfo.InvariantCulture), second.Error, StringComparison.Ordinal);
        Assert.Contains("--out", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Twenty_kills_at_random_moments_change_no_number()
    {
        Outcome whole = await RealProcess.RunAsync(_workspace.Longer("whole"));
        var random = new RandomStream(1, "kills");

        for (int kill = 0; kill < 20; kill++)
        {
            using RealProcess process = RealProcess.Start(_workspace.Longer("killed"));
            await Task.Delay(TimeSpan.FromSeconds(0.5 + 4 * random.NextDouble()), TestContext.Current.CancellationToken);
            if (!process.HasExited) process.Kill();
            await process.EndAsync();
        }
        Outcome continued = await RealProcess.RunAsync(_workspace.Longer("killed"));

        Assert.True(continued.Code == ExitCode.Done, continued.Error);
        Assert.Equal(Workspace.Comparable(whole.Out), Workspace.Comparable(continued.Out));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(20, TestContext.Current.CancellationToken);
    }
}

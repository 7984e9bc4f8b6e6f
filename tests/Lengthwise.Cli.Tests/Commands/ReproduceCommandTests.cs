using System.Text.RegularExpressions;
using Lengthwise.Cli.Comparing;
using Lengthwise.Evidence;
using Lengthwise.Fairness;

namespace Lengthwise.Cli.Tests.Commands;

public sealed partial class ReproduceCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Without_a_claim_all_are_listed_as_not_run()
    {
        Outcome outcome = Outcome.Of("reproduce", "--evidence", _workspace.At("evidence"));

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.Equal(7, outcome.Out.Split("not run (0 of").Length - 1);
    }

    [Fact]
    public void A_judgement_without_cells_decides_nothing_and_says_what_is_missing()
    {
        Outcome outcome = Outcome.Of("reproduce", "--claim", "1", "--judge", "--evidence", _workspace.At("evidence"));

        Assert.Equal(ExitCode.Failed, outcome.Code);
        Assert.Contains("**Underpowered**, 0 of 90 cells", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(outcome.Out, File.ReadAllText(Path.Combine(_workspace.At("evidence"), "claim-1.md")));
    }

    [Fact]
    public void An_unknown_claim_is_a_usage_error()
    {
        Outcome outcome = Outcome.Of("reproduce", "--claim", "12");

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("there is no claim 12", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Judging_without_a_claim_is_a_usage_error()
    {
        Outcome outcome = Outcome.Of("reproduce", "--judge");

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("without --claim", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plan_of_every_claim_is_fair() => Assert.All(ClaimCatalog.All, claim => FairnessGate.Require(
        $"claim {claim.Number}",
        ComparisonRequest.Create(claim.Tasks, "evidence", [.. claim.Settings], new DirectoryInfo(_workspace.At("work")), null, new DirectoryInfo(_workspace.Cache), [], claim.AllowedUnfair).Findings));

    [Fact]
    public void Cells_whose_attention_nobody_measured_are_run_again_where_it_is_asked_for()
    {
        string[] tiny = Tiny(7), files;
        Outcome.Of(tiny);
        files = [.. Directory.EnumerateFiles(Path.Combine(_workspace.At("evidence"), "raw"), "*.json").Order(StringComparer.Ordinal)];
        string[] texts = [.. files.Select(File.ReadAllText)];
        foreach (string file in files) File.WriteAllText(file, Near.Replace(File.ReadAllText(file), ""));
        Directory.Delete(_workspace.At("work"), recursive: true);

        Outcome second = Outcome.Of(tiny);

        Assert.Equal(ExitCode.Done, second.Code);
        Assert.Contains("10 runs are in", second.Error, StringComparison.Ordinal);
        Assert.Equal(texts.Select(t => Near.Count(t)), files.Select(f => Near.Count(File.ReadAllText(f))));
    }

    [Fact]
    public void Finished_cells_are_not_run_again_though_their_runs_are_gone()
    {
        string evidence = _workspace.At("evidence"), work = _workspace.At("work");
        string[] tiny = Tiny(7);
        Outcome first = Outcome.Of(tiny);
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(evidence, "raw"), "*.json").Order(StringComparer.Ordinal)];
        string[] texts = [.. files.Select(File.ReadAllText)];
        Directory.Delete(work, recursive: true);

        Outcome second = Outcome.Of(tiny);

        Assert.Equal(ExitCode.Done, first.Code);
        Assert.Equal(4, files.Length);
        Assert.Equal(8, Directory.GetFiles(Path.Combine(evidence, "raw", "tuning"), "*.json").Length);
        Assert.Equal(2, texts.Count(t => t.Contains("\"near\": {", StringComparison.Ordinal)));
        Assert.Equal(ExitCode.Done, second.Code);
        Assert.Contains("12 runs are in", second.Error, StringComparison.Ordinal);
        Assert.Equal(texts, files.Select(File.ReadAllText));
        Assert.Contains("4 of 4 cells", second.Out, StringComparison.Ordinal);
    }

    private string[] Tiny(int claim) => [
        "reproduce", "--claim", $"{claim}", "--evidence", _workspace.At("evidence"), "--out", _workspace.At("work"), "--cache", _workspace.Cache, "--set", "compare.seeds=1",
        "--set", "compare.lr_grid=[1e-3,2e-3]", "--set", "budget.pretrain=4", "--set", "budget.finetune=4", "--set", "budget.evaluations=1", "--set", "task.length=8",
        "--set", "task.train_size=20", "--set", "task.validation_size=20", "--set", "task.test_size=20"];

    [GeneratedRegex(""",\s*"near": \{[^}]*\}""")]
    private static partial Regex Near { get; }
}

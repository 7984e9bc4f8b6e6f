using System.Text.Json;

namespace Lengthwise.Cli.Tests.Commands;

public sealed class LeaderboardCommandTests
{
    [Fact]
    public void A_task_is_listed_with_scores_sources_and_how_sure_they_are()
    {
        Outcome outcome = Outcome.Of("leaderboard", "listops", "--model", "mega");

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.StartsWith("Published on listops: test accuracy in percent, best first.", outcome.Out, StringComparison.Ordinal);
        Assert.Matches(@"63\.14 +MEGA +scratch +exact +Ma et al\. 2023, Table 2", outcome.Out);
        Assert.DoesNotContain("Luna", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_exact_numbers_are_listed_when_asked_for()
    {
        Outcome outcome = Outcome.Of("leaderboard", "text", "--exact", "--json");

        using JsonDocument document = JsonDocument.Parse(outcome.Out);
        JsonElement[] published = [.. document.RootElement.GetProperty("published").EnumerateArray()];
        Assert.NotEmpty(published);
        Assert.All(published, p => Assert.Equal("exact", p.GetProperty("confidence").GetString()));
    }

    [Fact]
    public void Without_a_task_those_that_have_results_are_listed()
    {
        Outcome outcome = Outcome.Of("leaderboard");

        Assert.Equal(ExitCode.Done, outcome.Code);
        foreach (string task in (string[])["listops", "path-x", "scifar", "lra-average"]) Assert.Contains(task, outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_that_nobody_published_on_is_refused_with_those_that_are()
    {
        Outcome outcome = Outcome.Of("leaderboard", "list-ops");

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("did you mean 'listops'?", outcome.Error, StringComparison.Ordinal);
    }
}

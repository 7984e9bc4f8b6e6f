using Lengthwise.Cli.Comparing;

namespace Lengthwise.Cli.Tests.Comparing;

public sealed class DirectionSizesTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("s4d", "masked,causal", 1)]
    [InlineData("transformer", "masked,causal", 0)]
    [InlineData("s4d", "scratch-matched,masked", 0)]
    public void A_causal_arm_that_is_smaller_than_the_others_is_found_before_anything_is_trained(string model, string objectives, int found)
    {
        ComparisonRequest request = ComparisonRequest.Create(
            ["markov-sources"], "evidence", [$"compare.models=[{model}]", $"compare.objectives=[{objectives}]"], new DirectoryInfo(_workspace.At("work")), null,
            new DirectoryInfo(_workspace.Cache), [], []);

        Assert.Equal(found, request.Findings.Count(f => f.Code == "arm-parameters-differ"));
    }
}

using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tasks.Pathfinder;
using Lengthwise.Modeling.Tests.Data;

namespace Lengthwise.Modeling.Tests.Tasks.Pathfinder;

public sealed class PathfinderTaskTests
{
    private static readonly PathfinderSettings Few = new() { TrainSize = 12, ValidationSize = 4, TestSize = 5, ContourLength = 6 };

    private static PreparedTask Prepare(PathfinderTask task, TemporaryFolder folder) => task.Prepare(folder.Directory, null, TestContext.Current.CancellationToken);

    [Fact]
    public void Pixels_become_one_real_channel_between_minus_1_and_1()
    {
        using var folder = new TemporaryFolder();
        var drawings = new PathfinderDrawings(Few);
        byte[] pixels = drawings.Generator.Paint(drawings.Scene(Modeling.Records.SplitName.Train, 3));

        using PreparedTask data = Prepare(new PathfinderTask(Few), folder);

        Assert.Equal(new RealInput(1), data.Shape.Input);
        Assert.Equal((12, 4, 5), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.All(pixels.Zip(data.Train.Values(3).ToArray()), p => Assert.Equal((p.First / 255.0 - 0.5) / 0.5, p.Second, 5));
    }

    [Fact]
    public void Pixels_become_tokens_where_levels_are_asked_for()
    {
        using var folder = new TemporaryFolder();
        var task = new PathfinderTask(Few with { Input = PathfinderInput.Discrete });
        var drawings = new PathfinderDrawings(Few);
        byte[] pixels = drawings.Generator.Paint(drawings.Scene(Modeling.Records.SplitName.Test, 0));

        using PreparedTask data = Prepare(task, folder);

        Assert.Equal(pixels.Select(p => p + 4), data.Test.Tokens(0).ToArray().Select(t => (int)t));
        Assert.Equal(((TokenInput)task.Shape.Input).Vocabulary, ((TokenInput)data.Shape.Input).Vocabulary);
        Assert.Equal(260, ((TokenInput)data.Shape.Input).Vocabulary.Count);
    }

    [Fact]
    public void Other_sizes_leave_the_images_that_both_have_unchanged()
    {
        using var folder = new TemporaryFolder();

        using PreparedTask few = Prepare(new PathfinderTask(Few), folder), more = Prepare(new PathfinderTask(Few with { TrainSize = 15 }), folder);

        Assert.Equal(few.Train.Values(11).ToArray(), more.Train.Values(11).ToArray());
        Assert.Equal(few.Test.Values(4).ToArray(), more.Test.Values(4).ToArray());
    }

    [Fact]
    public void Named_tasks_are_the_same_images_at_their_own_size()
    {
        using var folder = new TemporaryFolder();
        var small = new PathXSettings { Resolution = 32, TrainSize = 12, ValidationSize = 4, TestSize = 5, ContourLength = 6 };

        using PreparedTask one = Prepare(new PathfinderTask(Few), folder), other = Prepare(new PathX(small), folder);

        Assert.Equal(one.Hash, other.Hash);
        Assert.Equal((16_384, 65_536), (TaskCatalog.Create("path-x").Shape!.MaxLength, TaskCatalog.Create("pathx-256").Shape!.MaxLength));
    }

    [Fact]
    public void Contradictory_settings_are_named()
    {
        Assert.Empty(new PathfinderSettings().Validate());
        Assert.Empty(new PathXSettings { Folder = "/data" }.Validate());
        Assert.Contains("needs 'folder'", Assert.Single(new PathfinderSettings { Split = PathfinderSplit.Published }.Validate()), StringComparison.Ordinal);
        Assert.Contains("full path", Assert.Single(new PathfinderSettings { Folder = "data" }.Validate()), StringComparison.Ordinal);
        Assert.Contains("leave the rest out", Assert.Single(new PathfinderSettings { Folder = "/data", TrainSize = 5 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("whole number", Assert.Single(new PathfinderSettings { PaddleThickness = 0.3 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("no place", Assert.Single(new PathfinderSettings { SeedDistance = 9 }.Validate()), StringComparison.Ordinal);
    }
}

using System.Security.Cryptography;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks.Pathfinder;

namespace Lengthwise.Modeling.Tests.Tasks.Pathfinder;

public sealed class PathfinderGeneratorTests
{
    private static readonly PathfinderParameters Small = PathfinderParameters.Hard(32);

    private static PathfinderScene[] Scenes(PathfinderParameters parameters, int count)
    {
        var generator = new PathfinderGenerator(parameters);
        return [.. Enumerable.Range(0, count).Select(i => generator.Draw(new RandomStream(7, "test", i)))];
    }

    [Fact]
    public void The_same_stream_gives_the_same_image_whatever_was_drawn_before()
    {
        var one = new PathfinderGenerator(Small);
        var other = new PathfinderGenerator(Small);
        other.Draw(new RandomStream(1, "else", 3));

        byte[] first = one.Paint(one.Draw(new RandomStream(1, "image", 5))), again = other.Paint(other.Draw(new RandomStream(1, "image", 5)));

        Assert.Equal(first, again);
        Assert.NotEqual(first, one.Paint(one.Draw(new RandomStream(1, "image", 6))));
    }

    [Fact]
    public void Images_stay_what_they_are()
    {
        var generator = new PathfinderGenerator(Small);
        byte[] pixels = [.. Enumerable.Range(0, 20).SelectMany(i => generator.Paint(generator.Draw(new RandomStream(1, "pathfinder/train", i))))];

        // Scores depend on the images: if this changes, the version of the task has to be raised.
        Assert.Equal(ImagesOfVersion1, Convert.ToHexStringLower(SHA256.HashData(pixels))[..16]);
    }

    private const string ImagesOfVersion1 = "78572725e55447bd";

    [Fact]
    public void Half_of_the_labels_are_positive()
    {
        // Only the first draw of a scene decides its label; short paths are quick to place.
        int positive = Scenes(Small with { ContourLength = 1, Distractors = 0 }, 4000).Sum(s => s.Label);

        Assert.InRange(positive, 2000 - 130, 2000 + 130);
    }

    [Theory]
    [InlineData(32, 40)]
    [InlineData(64, 10)]
    [InlineData(128, 4)]
    [InlineData(256, 2)]
    public void The_label_says_whether_both_markers_are_on_one_path(int resolution, int count)
    {
        PathfinderScene[] scenes = Scenes(PathfinderParameters.Hard(resolution), count);

        Assert.All(scenes, scene => Assert.Equal(scene.Label == 1, PathOracle.IsConnected(scene, scene.OriginMarker, scene.TerminalMarker)));
        Assert.All(scenes, scene => Assert.All(scene.Paths, path => Assert.Equal(14, path.Dashes.Count)));
    }

    [Theory]
    [InlineData(32, 40)]
    [InlineData(128, 6)]
    public void Paths_go_on_a_gap_after_the_last_dash_and_turn_by_less_than_a_right_angle(int resolution, int count)
    {
        var parameters = PathfinderParameters.Hard(resolution);

        Assert.All(Scenes(parameters, count), scene => Assert.All(scene.Paths.Concat(scene.Distractors), path => PathOracle.RequireSmooth(path, parameters, scene.Margin)));
    }

    [Fact]
    public void The_two_origins_are_the_seed_distance_apart()
    {
        Assert.All(Scenes(Small, 40), scene =>
        {
            (Pixel a, Pixel b) = (scene.Paths[0].Origin, scene.Paths[1].Origin);

            Assert.InRange(Math.Sqrt((a.Y - b.Y) * (a.Y - b.Y) + (a.X - b.X) * (a.X - b.X)), 6.2, 7.8);
            Assert.InRange(a.Y, 13, 18);
            Assert.InRange(a.X, 13, 18);
        });
    }

    [Theory]
    [InlineData(32, 30)]
    [InlineData(128, 4)]
    public void Dashes_that_do_not_follow_each_other_leave_each_other_room(int resolution, int count)
    {
        var parameters = PathfinderParameters.Hard(resolution);
        Assert.All(Scenes(parameters, count), scene =>
        {
            var headings = new Headings(parameters, scene.Margin);

            // The first dash of a path is only kept off pixels that are nearly full, and the last of the first long path never enters the occupancy, as published.
            var placed = new List<(Pixel At, byte Taken)>();
            foreach (DashedPath path in scene.Distractors)
                foreach (Dash dash in path.Dashes.Skip(1))
                    placed.AddRange(headings.Stamps[dash.Reach].Room.Select(r => (dash.Start + r.At, r.Taken)));
            ILookup<Pixel, byte> room = placed.ToLookup(p => p.At, p => p.Taken);
            IEnumerable<Dash> others = scene.Paths.SelectMany((path, i) => i == 0 ? path.Dashes.SkipLast(1) : path.Dashes);

            Assert.All(others, dash => Assert.All(headings.Stamps[dash.Reach].Room, r => Assert.True(
                room[dash.Start + r.At].DefaultIfEmpty((byte)0).Max() + r.Taken < 2 * 255 * 0.95, $"dashes at {dash.Start} overlap")));
        });
    }

    [Fact]
    public void A_set_margin_is_drawn_for_each_image_and_changes_the_stride()
    {
        int[] margins = [.. Scenes(PathfinderParameters.Hard(128), 12).Select(s => s.Margin)];

        Assert.Equal([2, 3], margins.Distinct().Order());
    }

    [Fact]
    public void Single_dashes_are_placed_when_they_are_asked_for()
    {
        PathfinderParameters parameters = PathfinderParameters.Hard(64) with { SinglePaddles = 6, Distractors = 0 };

        Assert.All(Scenes(parameters, 3), scene => Assert.All(scene.Distractors, d => Assert.Single(d.Dashes)));
        Assert.Contains(Scenes(parameters, 3), scene => scene.Distractors.Count > 0);
    }

    [Fact]
    public void Paths_that_cannot_be_placed_end_with_an_error_that_says_what_to_change()
    {
        var generator = new PathfinderGenerator(Small with { ContourLength = 1000 });

        var error = Assert.Throws<LengthwiseException>(() => generator.Draw(new RandomStream(1, "test")));

        Assert.Contains("two paths of 1000 dashes", error.Message, StringComparison.Ordinal);
        Assert.Contains("contour_length", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_of_the_published_generator_consists_of_our_dashes()
    {
        // Its row 11 shows two level dashes of a path, 2/255 apart from ours only by the stretch of the whole image (brightest 255).
        byte[] published = ImageFile.Read(Sample.Path("pathfinder32_published_0.png"), ImageColour.Grey).Bytes;
        var headings = new Headings(Small, 1);
        DashStamp level = headings.Stamps[new Pixel(0, -4)];

        double[] drawn = [.. Enumerable.Range(0, level.Side).Select(x => level.Ink[level.Radius * level.Side + x] / 255.0).Where(v => v > 0.3)];
        double[] found = [.. published.AsSpan(11 * 32 + 11, 3).ToArray().Select(v => v / 255.0)];

        double scale = drawn.Zip(found, (d, f) => f / d).Average();
        Assert.Equal(3, drawn.Length);
        Assert.All(drawn.Zip(found), p => Assert.InRange(p.Second - p.First * scale, -0.003, 0.003));
    }
}

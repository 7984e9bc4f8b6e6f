using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class FashionMnistTests
{
    private static readonly DirectoryInfo NoCache = new(Path.Combine(Path.GetTempPath(), "lengthwise-unused"));
    private static readonly Lazy<PreparedTask> Full = new(() => Prepare(new FashionMnistSettings()));
    private static readonly Lazy<PreparedTask> Half = new(() => Prepare(new FashionMnistSettings { Side = 14 }));

    [Fact]
    public void The_first_test_image_is_the_official_one()
    {
        // The first image of the official test file is an ankle boot, whose first pixel that is not black is the 20th of its 8th row, 3 of 255.
        float[] image = Full.Value.Test.Values(0).ToArray();
        float black = image[0], step = SmallestStep(image);

        int first = Array.FindIndex(image, grey => grey != black);

        Assert.Equal(9, Full.Value.Test.Label(0));
        Assert.Equal(7 * 28 + 19, first);
        Assert.Equal(3, (image[first] - black) / step, 0.01);
    }

    [Fact]
    public void The_training_split_is_normalised_and_the_others_by_its_numbers()
    {
        (double mean, double deviation) = Statistics(Full.Value.Train);
        (double testMean, double testDeviation) = Statistics(Full.Value.Test);

        Assert.Equal(0, mean, 1e-5);
        Assert.Equal(1, deviation, 1e-5);
        Assert.Equal(0, testMean, 0.03);
        Assert.Equal(1, testDeviation, 0.03);
        Assert.NotEqual(0, testMean, 1e-4);
        Assert.Equal(Full.Value.Train.Values(0)[0], Full.Value.Test.Values(0)[0]); // black is black everywhere
    }

    [Fact]
    public void Half_the_side_is_the_mean_of_two_by_two_pixels()
    {
        ReadOnlySpan<float> full = Full.Value.Test.Values(5), half = Half.Value.Test.Values(5);
        var pooled = new List<double>();
        for (int y = 0; y < 28; y += 2)
            for (int x = 0; x < 28; x += 2)
                pooled.Add((full[28 * y + x] + full[28 * y + x + 1] + full[28 * y + 28 + x] + full[28 * y + 29 + x]) / 4.0);

        // Both are normalised by their own deviation, hence equal up to one scale and one offset.
        double scale = (half.ToArray().Max() - half[0]) / (pooled.Max() - pooled[0]);

        for (int i = 0; i < pooled.Count; i++) Assert.Equal(half[i], half[0] + scale * (pooled[i] - pooled[0]), 1e-4);
    }

    [Fact]
    public void Sizes_are_as_set_and_the_test_split_is_balanced()
    {
        PreparedTask data = Full.Value;

        Assert.Equal((4000, 1000, 1000), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal((784, 196), (data.Train.Length(0), Half.Value.Train.Length(0)));
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(100, Enumerable.Range(0, 1000).Count(row => data.Test.Label(row) == label)));
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(
            500, Enumerable.Range(0, 4000).Count(row => data.Train.Label(row) == label) + Enumerable.Range(0, 1000).Count(row => data.Validation.Label(row) == label)));
    }

    [Fact]
    public void No_validation_image_is_a_training_image()
    {
        HashSet<string> train = [.. Enumerable.Range(0, 4000).Select(row => Key(Full.Value.Train, row))];

        Assert.Equal(4000, train.Count);
        Assert.DoesNotContain(Enumerable.Range(0, 1000), row => train.Contains(Key(Full.Value.Validation, row)));
    }

    [Fact]
    public void Fewer_training_images_leave_the_validation_images_as_they_are()
    {
        using PreparedTask few = Prepare(new FashionMnistSettings { TrainSize = 100 });

        Assert.Equal(
            Enumerable.Range(0, 1000).Select(Full.Value.Validation.Label),
            Enumerable.Range(0, 1000).Select(few.Validation.Label));
        Assert.Equal(100, few.Train.Count);
    }

    [Fact]
    public void The_data_is_a_function_of_the_settings()
    {
        using PreparedTask again = Prepare(new FashionMnistSettings());
        using PreparedTask other = Prepare(new FashionMnistSettings { Seed = 2 });

        Assert.Equal(Full.Value.Hash, again.Hash);
        Assert.NotEqual(Full.Value.Hash, other.Hash);
        Assert.NotEqual(Full.Value.Hash, Half.Value.Hash);
    }

    [Theory]
    [InlineData(20, 4000, "'side' is 20")]
    [InlineData(28, 4001, "sum to more than the 5000")]
    public void Impossible_settings_are_refused(int side, int trainSize, string message)
    {
        var settings = new FashionMnistSettings { Side = side, TrainSize = trainSize };

        Assert.Contains(message, Assert.Single(settings.Validate()));
    }

    [Fact]
    public void The_task_is_an_image_task_of_the_published_protocol()
    {
        SequenceTask task = TaskCatalog.Create("fashion-mnist");

        Assert.Equal(new RealInput(1), task.Shape!.Input);
        Assert.Equal((784, 0.5, 0.1, 10), (task.Shape!.MaxLength, task.DefaultMaskRatio, task.Shape!.Chance, ((ClassOutput)task.Shape!.Output).Classes.Count));
    }

    private static PreparedTask Prepare(FashionMnistSettings settings) => new FashionMnist(settings).Prepare(NoCache, null, CancellationToken.None);

    private static string Key(SequenceSplit split, int row) => string.Join(' ', split.Values(row).ToArray());

    private static float SmallestStep(float[] image)
    {
        float[] levels = [.. image.Distinct().Order()];
        return levels.Zip(levels.Skip(1), (low, high) => high - low).Min();
    }

    private static (double Mean, double Deviation) Statistics(SequenceSplit split)
    {
        double[] values = [.. Enumerable.Range(0, split.Count).SelectMany(row => split.Values(row).ToArray()).Select(v => (double)v)];
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))));
    }
}

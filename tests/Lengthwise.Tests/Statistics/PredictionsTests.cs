using Lengthwise.Experiments;
using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class PredictionsTests
{
    [Fact]
    public void Names_of_metrics_are_those_of_recipes_and_errors_are_better_when_lower()
    {
        string[] keys = [.. Enum.GetValues<MetricKind>().Select(m => m.Key())];

        Assert.Equal(["accuracy", "balanced_accuracy", "macro_f1", "auroc", "rmse", "mae", "r2"], keys);
        Assert.Equal([MetricKind.Rmse, MetricKind.Mae], Enum.GetValues<MetricKind>().Where(m => !m.HigherIsBetter()));
        Assert.Equal(MetricKind.MacroF1, Metrics.Find("macro_f1"));
        Assert.Null(Metrics.Find("perplexity"));
    }

    [Fact]
    public void A_model_that_always_names_the_commonest_class_is_like_guessing()
    {
        ClassPredictions majority = Classes(Enumerable.Range(0, 100).Select(i => i < 80 ? 0 : 1), _ => 0);
        ClassPredictions right = Classes(Enumerable.Range(0, 100).Select(i => i < 80 ? 0 : 1), label => label);

        foreach (MetricKind metric in Metrics.OfClasses)
        {
            Assert.True(majority.IsLikeGuessing(metric), metric.Key());
            Assert.False(right.IsLikeGuessing(metric), metric.Key());
        }
        Assert.Equal(0.8, majority.Chance(MetricKind.Accuracy), 12);
        Assert.Equal(0.5, majority.Chance(MetricKind.BalancedAccuracy), 12);
        Assert.Equal((2 * 0.8 * 0.5 / 1.3 + 2 * 0.2 * 0.5 / 0.7) / 2, majority.Chance(MetricKind.MacroF1), 12);
        Assert.Equal(0.5, majority.Chance(MetricKind.Auroc), 12);
    }

    [Fact]
    public void Random_scores_are_like_guessing_in_about_every_case()
    {
        int like = 0;
        for (int draw = 0; draw < 200; draw++)
        {
            var random = new RandomStream(draw, "guess");
            int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 3)];
            float[] probabilities = [.. Enumerable.Range(0, 180).Select(_ => (float)random.NextDouble())];
            var predictions = new ClassPredictions([.. Enumerable.Range(0, 60)], labels, ["a", "b", "c"], probabilities);
            if (Metrics.OfClasses.All(predictions.IsLikeGuessing)) like++;
        }

        // Each of the four is one-sided at two standard errors: 2.3 % false alarms, partly in common.
        Assert.InRange(like, 170, 199);
    }

    [Fact]
    public void The_training_mean_is_like_guessing_and_a_little_better_is_not()
    {
        float[] targets = [.. Enumerable.Range(0, 50).Select(i => (float)Math.Sin(i))];
        ValuePredictions mean = Values(targets, _ => 0.1f), near = Values(targets, y => 0.5f * y);

        foreach (MetricKind metric in Metrics.OfValues)
        {
            Assert.True(mean.IsLikeGuessing(metric), metric.Key());
            Assert.False(near.IsLikeGuessing(metric), metric.Key());
        }
        Assert.Equal(mean.Score(MetricKind.Rmse), near.Chance(MetricKind.Rmse), 12);
        Assert.Equal(0, near.Chance(MetricKind.R2));
    }

    [Fact]
    public void Scores_come_by_name()
    {
        IReadOnlyDictionary<string, double> scores = Values([1, 2, 3], y => y + 1).Scores();

        Assert.Equal(["rmse", "mae", "r2"], scores.Keys);
        Assert.Equal(1, scores["mae"], 12);
    }

    [Fact]
    public void Files_of_classes_name_them_and_quote_what_needs_it()
    {
        string text = Written(new ClassPredictions([3, 7], [1, 0], ["a", "b, \"c\""], [0.25f, 0.75f, 0.1f, 0.9f]));

        Assert.Equal(
            "row,label,prediction,a,\"b, \"\"c\"\"\"\n3,\"b, \"\"c\"\"\",\"b, \"\"c\"\"\",0.25,0.75\n7,a,\"b, \"\"c\"\"\",0.1,0.9\n", text);
    }

    [Fact]
    public void Files_of_values_leave_missing_targets_empty()
    {
        string text = Written(new ValuePredictions([0, 4], [60.5f, float.NaN, 61, 98], ["hr", "spo2"], [59, 97, 62.25f, 96], [60, 97]));

        Assert.Equal("row,target:hr,hr,target:spo2,spo2\n0,60.5,59,,97\n4,61,62.25,98,96\n", text);
    }

    [Fact]
    public void Files_name_the_group_of_each_item_where_there_are_groups()
    {
        string classes = Written(new ClassPredictions([3, 7], [1, 0], ["a", "b"], [0.25f, 0.75f, 0.1f, 0.9f]) { Groups = [4, 0] });
        string values = Written(new ValuePredictions([0, 4], [60.5f, 61], ["hr"], [59, 62.25f], [60]) { Groups = [0, 0] });

        Assert.Equal("row,group,label,prediction,a,b\n3,4,b,b,0.25,0.75\n7,0,a,b,0.1,0.9\n", classes);
        Assert.Equal("row,group,target:hr,hr\n0,0,60.5,59\n4,0,61,62.25\n", values);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("a,b\n", "does not begin with 'row'")]
    [InlineData("row,label,prediction,a,b\n0,a,a,0.5\n", "item 1 has 4 fields, expected 5")]
    [InlineData("row,label,prediction,a,b\n0,c,a,0.5,0.5\n", "the label 'c' is none of the columns")]
    [InlineData("row,label,prediction,a,b\nx,a,a,0.5,0.5\n", "'x'")]
    [InlineData("row,y,target:y\n", "the columns of")]
    [InlineData("row,label,prediction,a,\"b\n", "a quote is not closed")]
    [InlineData("row,group\n0,1\n", "neither classes nor a target")]
    [InlineData("row,group,label,prediction,a,b\n0,ward 3,a,a,0.5,0.5\n", "'ward 3'")]
    public void Files_that_were_changed_are_refused(string text, string expected)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);

            var error = Assert.Throws<LengthwiseException>(() => PredictionsFile.Read(path));

            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Written(Predictions predictions)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lengthwise-predictions-");
        try
        {
            string path = Path.Combine(folder.FullName, "predictions.csv");
            PredictionsFile.Write(path, predictions);
            Predictions read = PredictionsFile.Read(path);
            Assert.Equal(predictions.Rows, read.Rows);
            Assert.Equal(predictions.Outputs, read.Outputs);
            Assert.Equal(predictions.Scores(), read.Scores());
            Assert.Equal(predictions.Groups, read.Groups);
            return File.ReadAllText(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ClassPredictions Classes(IEnumerable<int> labels, Func<int, int> named)
    {
        int[] all = [.. labels];
        return new ClassPredictions([.. Enumerable.Range(0, all.Length)], all, ["a", "b"], [.. all.SelectMany(l => named(l) == 0 ? new[] { 0.9f, 0.1f } : [0.1f, 0.9f])]);
    }

    private static ValuePredictions Values(float[] targets, Func<float, float> value) =>
        new([.. Enumerable.Range(0, targets.Length)], targets, ["y"], [.. targets.Select(value)], [0.1f]);
}

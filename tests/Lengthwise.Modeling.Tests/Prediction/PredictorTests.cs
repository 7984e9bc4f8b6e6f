using System.Globalization;
using System.Text;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Native;
using Lengthwise.Modeling.Prediction;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Prediction;

public sealed class PredictorTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("lengthwise-predict-");

    static PredictorTests() => NativeRuntime.Start(1);

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(Kind.Text, "transformer")]
    [InlineData(Kind.Channels, "s4d")]
    [InlineData(Kind.Values, "s4d")]
    public void Predictions_of_a_file_are_those_that_the_run_stored_for_its_test_split(Kind kind, string model)
    {
        RunFolder run = Train(kind, model);
        string file = Write("new.csv", kind, split: "test");

        float[][] predicted = [.. Predict(run, file, 8).Select(r => r.Outputs.ToArray())];

        string[][] stored = [.. File.ReadAllLines(run.PredictionsPath).Skip(1).Select(l => l.Split(','))];
        float[][] expected = [.. stored.Select(l => kind == Kind.Values ? new[] { Number(l[2]) } : [.. l[3..].Select(Number)])];
        Assert.Equal(12, predicted.Length);
        Assert.Equal(expected.Length, predicted.Length);
        for (int i = 0; i < expected.Length; i++)
            for (int k = 0; k < expected[i].Length; k++) Assert.Equal(expected[i][k], predicted[i][k], 1e-5f);
    }

    [Fact]
    public void Any_batch_size_gives_the_same_in_the_order_of_the_file()
    {
        RunFolder run = Train(Kind.Text, "s4d");
        string file = Write("new.csv", Kind.Text);

        PredictedRow[] one = [.. Predict(run, file, 1)], many = [.. Predict(run, file, 7)], all = [.. Predict(run, file, 64)];

        Assert.Equal(Enumerable.Range(1, 60).Select(i => (long)i), one.Select(r => r.Number));
        Assert.Equal(one.Select(r => r.Where), many.Select(r => r.Where));
        for (int i = 0; i < 60; i++)
            for (int k = 0; k < 2; k++)
            {
                Assert.Equal(one[i].Outputs.Span[k], many[i].Outputs.Span[k], 1e-5f);
                Assert.Equal(one[i].Outputs.Span[k], all[i].Outputs.Span[k], 1e-5f);
            }
    }

    [Fact]
    public void Long_rows_are_cut_and_unknown_symbols_counted()
    {
        RunFolder run = Train(Kind.Text, "s4d");
        string file = Written("new.csv", "text\nabzab\n" + new string('a', 500) + "\nabba\n");
        using TrainedModel model = TrainedModel.Open(run);
        var predictor = new Predictor(model, 4, new BadRows(maySkip: false));

        int rows = predictor.Predict(Records(model, file, new BadRows(maySkip: false)), CancellationToken.None).Count();

        Assert.Equal((3, 1, 1, 1), (rows, (int)predictor.Cut, (int)predictor.UnknownSymbols, (int)predictor.RowsWithUnknown));
    }

    [Fact]
    public void A_row_of_another_kind_is_an_error_or_is_left_out()
    {
        RunFolder run = Train(Kind.Channels, "s4d");
        using TrainedModel model = TrainedModel.Open(run);
        SequenceRecord good = Real("good", 1, 0.5f, 1, 0), bad = Real("bad", 2, 0.5f, 1, 0, 3);

        var refused = Assert.Throws<LengthwiseException>(() => new Predictor(model, 4, new BadRows(maySkip: false, "so")).Predict([good, bad], CancellationToken.None).Count());
        var problems = new BadRows(maySkip: true);
        PredictedRow[] left = [.. new Predictor(model, 4, problems).Predict([bad, good, bad], CancellationToken.None)];
        var none = Assert.Throws<LengthwiseException>(() => new Predictor(model, 4, new BadRows(maySkip: true)).Predict([bad], CancellationToken.None).Count());

        Assert.Equal("bad: found 2 channels, expected 1", refused.Message);
        Assert.Contains("skip such rows so", refused.Hint, StringComparison.Ordinal);
        Assert.Equal("good", Assert.Single(left).Where);
        Assert.Equal(2, problems.Count);
        Assert.Contains("skipped 1 bad rows", none.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_names_classes_and_a_failure_leaves_no_file()
    {
        RunFolder run = Train(Kind.Text, "s4d");
        using TrainedModel model = TrainedModel.Open(run);
        string path = Path.Combine(_root.FullName, "out.csv");
        PredictedRow[] rows = [new(1, "new.csv(2)", null, new float[] { 0.25f, 0.75f }), new(2, "new.csv(3)", "x,1", new float[] { 0.5f, 0.5f })];

        Assert.Throws<InvalidOperationException>(() => PredictionTable.Write(path, model, rows.Concat(Failing())));
        string[] beside = [.. _root.EnumerateFiles("out.csv*").Select(f => f.Name)];
        PredictionTable.Write(path, model, rows);

        Assert.Empty(beside);
        Assert.Equal("row,where,id,prediction,few,many\n1,new.csv(2),,many,0.25,0.75\n2,new.csv(3),\"x,1\",few,0.5,0.5\n", File.ReadAllText(path));
    }

    [Fact]
    public void Runs_that_cannot_predict_say_why()
    {
        RunFolder run = Train(Kind.Text, "s4d");

        Assert.Contains("no recipe.toml", Refused(new RunFolder(_root.CreateSubdirectory("empty"))).Message, StringComparison.Ordinal);
        byte[] weights = File.ReadAllBytes(run.ModelPath);
        File.WriteAllBytes(run.ModelPath, weights[..^9]);
        Assert.Equal(ExitCode.Data, Refused(run).Code);
        File.Delete(run.ModelPath);
        Assert.Contains("model.safetensors is missing", Refused(run).Message, StringComparison.Ordinal);
        File.WriteAllBytes(run.ModelPath, weights);
        File.Move(run.EncodingPath, run.EncodingPath + ".away");
        Assert.Contains("not read from files", Refused(run).Message, StringComparison.Ordinal);
        File.WriteAllText(run.EncodingPath, File.ReadAllText(run.EncodingPath + ".away").Replace("\"a\"", "\"a\", \"q\"", StringComparison.Ordinal));
        Assert.Contains("does not fit", Refused(run).Message, StringComparison.Ordinal);
        File.Delete(run.ResultPath);
        Assert.Contains("lengthwise resume", Refused(run).Hint, StringComparison.Ordinal);
    }

    private static IEnumerable<PredictedRow> Failing()
    {
        yield return new PredictedRow(3, "new.csv(4)", null, new float[] { 1, 0 });
        throw new InvalidOperationException("the disk went away");
    }

    private static LengthwiseException Refused(RunFolder run) => Assert.Throws<LengthwiseException>(() => TrainedModel.Open(run));

    private static IEnumerable<PredictedRow> Predict(RunFolder run, string file, int batchSize)
    {
        using TrainedModel model = TrainedModel.Open(run);
        var problems = new BadRows(maySkip: false);
        foreach (PredictedRow row in new Predictor(model, batchSize, problems).Predict(Records(model, file, problems), CancellationToken.None)) yield return row;
    }

    private static IEnumerable<SequenceRecord> Records(TrainedModel model, string file, BadRows problems) =>
        TaskCatalog.Create(model.Recipe.TaskName, model.Recipe.Task).OpenForPrediction(file).Parts.SelectMany(p => p.Read(problems, CancellationToken.None));

    private static SequenceRecord Real(string where, int channels, params float[] values) =>
        new() { Where = where, Content = new SequenceContent.Reals(values, channels) };

    private RunFolder Train(Kind kind, string model)
    {
        string file = Write("rows.csv", kind);
        Recipe recipe = RecipeReader.Parse(
            $"""
            [task]
            name = "own-data"
            path = '{file}'
            {(kind == Kind.Text ? "content = 'characters'" : "")}
            {(kind == Kind.Values ? "target_columns = ['y']" : "label_column = 'label'")}
            {(kind == Kind.Text ? "max_length = 40" : "")}
            [model]
            name = "{model}"
            d_model = 8
            n_layers = 1
            [optimizer]
            batch_size = 16
            lr = 0.01
            [budget]
            unit = "steps"
            finetune = 6
            evaluations = 2
            """,
            "test.toml", [], new SettingsCatalog());
        var run = new RunFolder(new DirectoryInfo(Path.Combine(_root.FullName, "run")));
        TrainingRun.Start(recipe, run, new RunOptions { Cache = _root.CreateSubdirectory("cache") }, CancellationToken.None);
        return run;
    }

    /// <summary>Sixty rows; with a split named only its rows, and without what is to be predicted.</summary>
    private string Write(string name, Kind kind, string? split = null)
    {
        var csv = new StringBuilder(split is null ? $"{(kind == Kind.Values ? "y" : "label")},split," : "")
            .Append(kind == Kind.Text ? "text" : string.Join(',', Enumerable.Range(0, 9).Select(i => $"v{i}"))).Append('\n');
        for (int row = 0; row < 60; row++)
        {
            string own = (row % 5) switch { 0 => "test", 1 => "validation", _ => "train" };
            if (split is not null && split != own) continue;
            var random = new RandomStream(1, "rows", row);
            double share = row % 2 == 0 ? 0.2 : 0.8;
            if (split is null) csv.Append(CultureInfo.InvariantCulture, $"{(kind == Kind.Values ? $"{60 + 40 * share:0.0}" : share > 0.5 ? "many" : "few")},{own},");
            string[] steps = [.. Enumerable.Range(0, kind == Kind.Text ? 3 + random.Next(30) : 9).Select(_ => Step(kind, share, random))];
            csv.Append(string.Join(kind == Kind.Text ? "" : ",", steps)).Append('\n');
        }
        return Written(name, csv.ToString());
    }

    private static string Step(Kind kind, double share, RandomStream random) => kind == Kind.Text
        ? random.NextDouble() < share ? "b" : "a"
        : (10 + 3 * share + random.NextNormal()).ToString("0.###", CultureInfo.InvariantCulture);

    private string Written(string name, string text)
    {
        string path = Path.Combine(_root.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    public enum Kind
    {
        Text,
        Channels,
        Values,
    }
}

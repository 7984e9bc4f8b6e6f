using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Prediction;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;
using Lengthwise.Statistics;

namespace Lengthwise.Modeling.Tests.Training;

public sealed class KindsOfLabelsTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("lengthwise-kinds-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("transformer", "scratch", false)]
    [InlineData("transformer", "masked", false)]
    [InlineData("s4d", "masked", true)]
    [InlineData("s4d", "causal", false)]
    public void Pairs_and_regression_train_under_every_objective(string model, string objective, bool isReal)
    {
        RunRecord pairs = Train(new MadeUpTask(MadeUpTask.Uneven, parts: 2, isReal: isReal), Recipe(model, objective), "pairs");
        RunRecord values = Train(new MadeUpTask(MadeUpTask.Share, isReal: isReal), Recipe(model, objective), "values");

        Assert.Equal(["accuracy", "balanced_accuracy", "macro_f1", "auroc"], pairs.TestMetrics.Keys);
        Assert.Equal(pairs.Test, pairs.TestMetrics["accuracy"]);
        Assert.Equal(("rmse", false), (values.Metric, values.HigherIsBetter));
        Assert.Equal(["rmse", "mae", "r2"], values.TestMetrics.Keys);
        Assert.Equal(values.Test, values.TestMetrics["rmse"]);
        Assert.Equal(values.Validation, values.ValidationMetrics["rmse"]);
        Assert.InRange(values.TestItems, 1, 23); // every fifth target is missing
    }

    [Fact]
    public void An_error_is_selected_by_its_minimum()
    {
        RunRecord record = Train(new MadeUpTask(MadeUpTask.Share), Recipe("transformer", "scratch", "optimizer.lr=0.05", "budget.finetune=40", "labels.metric=mae"), "a");

        MetricLine[] lines = [.. MetricsFile.Read(Folder("a").MetricsPath).Where(m => m.Split == "validation")];
        Assert.Equal(lines.Min(l => l.Metric), record.Validation);
        Assert.True(lines[0].Metric > record.Validation, "it did not learn");
        Assert.True(record.Test < record.Chance, $"{record.Test} is not below {record.Chance}");
    }

    [Fact]
    public void Predictions_name_the_group_of_every_labelled_test_row()
    {
        Train(new MadeUpTask(MadeUpTask.Share) { TestGroups = [.. Enumerable.Range(0, 24).Select(row => row / 4)] }, Recipe("transformer", "scratch"), "grouped");
        Train(new MadeUpTask(MadeUpTask.Share), Recipe("transformer", "scratch"), "plain");

        Predictions grouped = PredictionsFile.Read(Folder("grouped").PredictionsPath), plain = PredictionsFile.Read(Folder("plain").PredictionsPath);

        // Every fifth target is missing, so that items and rows do not count alike.
        Assert.True(grouped.Rows.Count < 24, "all rows are labelled");
        Assert.Equal(grouped.Rows.Select(row => row / 4), grouped.Groups);
        Assert.Null(plain.Groups);
    }

    [Fact]
    public void The_metric_of_the_recipe_selects_and_is_reported()
    {
        RunRecord record = Train(new MadeUpTask(MadeUpTask.Uneven), Recipe("s4d", "scratch", "labels.metric=auroc"), "a");

        MetricLine[] lines = [.. MetricsFile.Read(Folder("a").MetricsPath)];
        Assert.Equal(("auroc", 0.5), (record.Metric, record.Chance));
        Assert.Equal(lines.Where(m => m.Split == "validation").Max(l => l.Metric), record.Validation);
        Assert.Equal(record.TestMetrics["auroc"], record.Test);
        Assert.All(lines.Where(m => m.Split == "train"), l => Assert.Null(l.Metric));
    }

    [Theory]
    [InlineData("labels.metric=rmse", "its metrics are accuracy, balanced_accuracy, macro_f1, auroc")]
    public void A_metric_that_does_not_suit_the_task_is_refused(string setting, string hint)
    {
        var refused = Assert.Throws<LengthwiseException>(() => Train(new MadeUpTask(MadeUpTask.Uneven), Recipe("s4d", "scratch", setting), "a"));

        Assert.Equal((ExitCode.Usage, hint), (refused.Code, refused.Hint));
    }

    [Fact]
    public void A_metric_that_validation_does_not_define_is_said_and_the_last_weights_are_taken()
    {
        RunRecord record = Train(new MadeUpTask(MadeUpTask.Uneven) { ValidationLabel = 0 }, Recipe("s4d", "scratch", "labels.metric=auroc"), "a");

        Assert.Null(record.Validation);
        Assert.NotNull(record.Test);
        Assert.Equal(record.FinetuneSteps, record.SelectedStep);
        Assert.Single(record.Diagnoses, d => d.Code == "metric-undefined");
    }

    [Fact]
    public void Without_labels_in_validation_nothing_could_be_selected()
    {
        var task = new MadeUpTask(MadeUpTask.Uneven) { ValidationLabel = SequenceSplit.Unlabelled };

        var refused = Assert.Throws<LengthwiseException>(() => Train(task, Recipe("s4d", "scratch"), "a"));

        Assert.Contains("no validation row has a label", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("labels.sampling=balanced")]
    [InlineData("labels.class_weights=balanced")]
    public void Balancing_without_classes_is_refused(string setting)
    {
        var refused = Assert.Throws<LengthwiseException>(() => Train(new MadeUpTask(MadeUpTask.Share), Recipe("s4d", "scratch", setting), "a"));

        Assert.Contains("it has no classes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unlabelled_rows_are_pretrained_on_and_the_labels_come_from_the_others()
    {
        var task = new MadeUpTask(MadeUpTask.Uneven, unlabelled: 100, labelledEvery: 4);
        string[] epochs = ["budget.unit=epochs", "budget.pretrain=2", "budget.finetune=2"];

        RunRecord record = Train(task, Recipe("s4d", "masked", epochs), "a");

        Assert.Equal((148, 12), (record.PretrainRows, record.LabelledRows));
        Assert.Equal((2 * 10, 2 * 1), (record.PretrainSteps, record.FinetuneSteps));
        RunRecord scratch = Train(task, Recipe("s4d", "scratch", "budget.unit=epochs"), "b");
        Assert.Equal((0, 12), (scratch.PretrainRows, scratch.LabelledRows));
    }

    [Theory]
    [InlineData("masked")]
    [InlineData("causal")]
    public void Without_labels_a_run_pretrains_and_ends_honestly(string objective)
    {
        RunRecord record = Train(new MadeUpTask(new NoOutput()), Recipe("transformer", objective), "a");

        Assert.Null(record.Test);
        Assert.Null(record.Validation);
        Assert.NotNull(record.PretrainValidation);
        Assert.NotNull(record.PretrainLoss);
        Assert.Equal((7, 0, 48), (record.PretrainSteps, record.FinetuneSteps, record.PretrainRows));
        Assert.Contains("nothing to fine-tune", Assert.Single(record.Diagnoses, d => d.Code == "no-labels").Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Folder("a").ModelPath));
    }

    [Fact]
    public void Without_labels_there_is_nothing_to_learn_from_scratch()
    {
        var refused = Assert.Throws<LengthwiseException>(() => Train(new MadeUpTask(new NoOutput()), Recipe("transformer", "scratch"), "a"));

        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Contains("'masked' or 'causal'", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void With_balanced_sampling_a_stopped_run_continues_to_equal_bits()
    {
        var task = new MadeUpTask(MadeUpTask.Uneven);
        Recipe recipe = Recipe("transformer", "scratch", "labels.sampling=balanced", "labels.metric=balanced_accuracy");
        RunRecord expected = Train(task, recipe, "whole");
        RunRecord? found = null;
        for (int lines = 2; found is null; lines++)
        {
            using var stop = new CancellationTokenSource();
            try
            {
                found = TrainingRun.Start(recipe, Folder("broken"), Options(task, new StopAfter(lines, stop)), stop.Token);
            }
            catch (OperationCanceledException)
            {
            }
        }

        Assert.Equal(expected.TestMetrics, found.TestMetrics);
        Assert.Equal(expected.ValidationMetrics, found.ValidationMetrics);
        Assert.Equal(File.ReadAllBytes(Folder("whole").ModelPath), File.ReadAllBytes(Folder("broken").ModelPath));
        Assert.Equal(File.ReadAllText(Folder("whole").PredictionsPath), File.ReadAllText(Folder("broken").PredictionsPath));
    }

    [Fact]
    public void Stored_predictions_give_the_score_of_the_record()
    {
        RunRecord record = Train(new MadeUpTask(MadeUpTask.Uneven), Recipe("s4d", "scratch", "labels.class_weights=balanced"), "a");

        string[][] lines = [.. File.ReadAllLines(Folder("a").PredictionsPath).Select(l => l.Split(','))];
        Assert.Equal(["row", "label", "prediction", "few", "many"], lines[0]);
        Assert.Equal(Enumerable.Range(0, 24), lines[1..].Select(l => int.Parse(l[0], CultureInfo.InvariantCulture)));
        Assert.Equal(record.Test!.Value, lines[1..].Average(l => l[1] == l[2] ? 1.0 : 0), 12);
    }

    [Fact]
    public void Pairs_are_predicted_as_the_run_predicted_its_test_split()
    {
        var encoding = new FittedEncoding
        {
            Plan = new EncodingPlan { Kind = EncodingKind.Symbols },
            MaxLength = 12,
            Symbols = ["a", "b"],
            Classes = MadeUpTask.Uneven.Classes,
            IsPair = true,
        };
        var task = new MadeUpTask(MadeUpTask.Uneven, parts: 2) { Encoding = encoding };
        Train(task, Recipe("transformer", "scratch"), "a");
        using PreparedTask data = task.Prepare(_root, null, CancellationToken.None);
        using TrainedModel model = TrainedModel.Open(Folder("a"));
        SequenceRecord[] records = [.. Enumerable.Range(0, data.Test.Count).Select(row => new SequenceRecord { Where = "", Content = Symbols(data.Test, row, 0), Second = Symbols(data.Test, row, 1) })];

        PredictedRow[] predicted = [.. new Predictor(model, 5, new BadRows(maySkip: false)).Predict(records, CancellationToken.None)];

        string[][] stored = [.. File.ReadAllLines(Folder("a").PredictionsPath).Skip(1).Select(l => l.Split(','))];
        Assert.Equal(stored.Length, predicted.Length);
        for (int i = 0; i < stored.Length; i++) Assert.Equal(float.Parse(stored[i][4], CultureInfo.InvariantCulture), predicted[i].Outputs.Span[1], 1e-5f);
    }

    private static SequenceContent.Symbols Symbols(SequenceSplit split, int row, int part) =>
        new([.. split.Tokens(row, part).ToArray().Select(id => id == 4 ? "a" : "b")]);

    private RunRecord Train(SequenceTask task, Recipe recipe, string name) => TrainingRun.Start(recipe, Folder(name), Options(task), CancellationToken.None);

    private RunFolder Folder(string name) => new(new DirectoryInfo(Path.Combine(_root.FullName, name)));

    private RunOptions Options(SequenceTask task, IRunObserver? observer = null) => new() { Cache = _root, Observer = observer, Task = task };

    // The task is only a name here: the made-up one takes its place.
    private static Recipe Recipe(string model, string objective, params string[] overrides) => RecipeReader.Parse(
        $"""
        [task]
        name = "markov-sources"
        [model]
        name = "{model}"
        d_model = 8
        n_layers = 1
        bidirectional = {(objective == "causal" ? "false" : "true")}
        [objective]
        name = "{objective}"
        [optimizer]
        batch_size = 16
        lr = 0.01
        [budget]
        unit = "steps"
        pretrain = {(objective == "scratch" ? 0 : 7)}
        finetune = 8
        evaluations = 4
        [run]
        checkpoint_seconds = 0
        log_steps = 3
        """,
        "test.toml", overrides, new SettingsCatalog());
}

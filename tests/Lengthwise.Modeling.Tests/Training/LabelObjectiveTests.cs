using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Native;
using Lengthwise.Modeling.Training.Objectives;
using Lengthwise.Recipes;
using Lengthwise.Statistics;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Training;

public sealed class LabelObjectiveTests
{
    private static readonly ClassOutput Classes = new(["a", "b", "c"]);
    private static readonly RegressionOutput Targets = new(["y"], [10], [4]);

    static LabelObjectiveTests() => NativeRuntime.Start(1);

    [Fact]
    public void Balanced_weights_are_inverse_to_frequency_and_one_on_average()
    {
        using var scope = NewDisposeScope();
        using MemorySplit train = OfLabels(0, 0, 0, 0, 0, 0, 1, 1, SequenceSplit.Unlabelled);
        var objective = new Supervised(train, Classes, new LabelSettings { ClassWeights = ClassWeighting.Balanced }, MetricKind.MacroF1);
        Tensor output = randn(3, 3);
        Tensor labels = tensor(new long[] { 0, 1, 1 });
        double[] losses = [.. Enumerable.Range(0, 3).Select(i => (double)-output.log_softmax(1)[i, labels[i]].item<float>())];

        ObjectiveLoss loss = objective.Score(output, new ObjectiveBatch(output, labels, null))!;

        // Eight labelled rows in two classes: 8 / (2 * 6) and 8 / (2 * 2).
        Assert.Equal((losses[0] * 2 / 3 + losses[1] * 2 + losses[2] * 2) / 3, loss.Loss.item<float>(), 1e-5);
        Assert.Equal(Math.Log(2), objective.LossOfGuessing, 12);
    }

    [Fact]
    public void Unlabelled_rows_do_not_change_what_guessing_costs()
    {
        using MemorySplit train = OfLabels(0, 1, 1, 1, SequenceSplit.Unlabelled, SequenceSplit.Unlabelled);

        double loss = new Supervised(train, Classes, new LabelSettings(), MetricKind.Accuracy).LossOfGuessing;

        Assert.Equal(-(0.25 * Math.Log(0.25) + 0.75 * Math.Log(0.75)), loss, 12);
    }

    [Fact]
    public void Missing_targets_count_neither_in_the_loss_nor_in_the_gradient()
    {
        using var scope = NewDisposeScope();
        using MemorySplit train = OfTargets([0, 1], [2, float.NaN]);
        var objective = new Regression(train, new RegressionOutput(["y", "z"], [0, 0], [1, 1]), MetricKind.Rmse);
        Tensor output = tensor(new float[] { 1, 5, 4, 7 }, requires_grad: true).reshape(2, 2);
        output.retain_grad();

        ObjectiveLoss loss = objective.Score(output, new ObjectiveBatch(output, tensor(new[] { 0, float.NaN, 2, float.NaN }).reshape(2, 2), null))!;
        loss.Loss.backward();

        Assert.Equal(2, loss.Count);
        Assert.Equal((1 + 4) / 2.0, loss.Loss.item<float>(), 1e-6);
        Assert.Equal([1, 0, 2, 0], output.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_batch_without_any_target_does_not_count()
    {
        using MemorySplit train = OfTargets([0], [1]);
        using Tensor output = zeros(2, 1), targets = tensor(new[] { float.NaN, float.NaN }).reshape(2, 1);

        Assert.Null(new Regression(train, Targets, MetricKind.Mae).Score(output, new ObjectiveBatch(output, targets, null)));
    }

    [Fact]
    public void Values_and_metrics_are_in_the_units_of_the_source()
    {
        using var scope = NewDisposeScope();
        using MemorySplit train = OfTargets([-1], [0], [1]);
        var objective = new Regression(train, Targets, MetricKind.Rmse);
        Tensor output = tensor(new[] { -1f, 0.5f, 0.5f }).reshape(3, 1), targets = tensor(new[] { -1f, 0, 1 }).reshape(3, 1);

        Assert.Equal([6f, 12, 12], objective.Outputs(output).data<float>().ToArray());
        ObjectiveLoss loss = objective.Score(output, new ObjectiveBatch(output, targets, null))!;
        Assert.Equal(Math.Sqrt((0 + 4 + 4) / 3.0), objective.MetricOf(loss.MetricSum, loss.Count)!.Value, 1e-6);
        var predictions = (ValuePredictions)objective.Compare(train, [0, 1, 2], [6, 12, 12]);
        Assert.Equal([6f, 10, 14], predictions.Targets);
        Assert.Equal([10f], predictions.Means);
        Assert.Equal(2 / 3.0, objective.LossOfGuessing, 12);
    }

    [Fact]
    public void The_mean_of_a_batch_is_no_macro_F1()
    {
        using MemorySplit train = OfLabels(0, 1);

        Assert.Null(new Supervised(train, Classes, new LabelSettings(), MetricKind.MacroF1).MetricOf(3, 4));
        Assert.Equal(0.75, new Supervised(train, Classes, new LabelSettings(), MetricKind.Accuracy).MetricOf(3, 4));
    }

    private static MemorySplit OfLabels(params int[] labels) => MemorySplit.OfTokens([.. labels.Select(_ => new ushort[] { 2 })], labels, 3);

    private static MemorySplit OfTargets(params float[][] rows)
    {
        using var writer = new MemorySplitWriter(new SplitShape(ElementKind.Token) { Targets = rows[0].Length });
        foreach (float[] targets in rows)
        {
            writer.AddPart([(ushort)2]);
            writer.EndRow(SequenceSplit.Unlabelled, targets);
        }
        return writer.Finish();
    }
}

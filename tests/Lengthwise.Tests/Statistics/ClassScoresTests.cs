using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class ClassScoresTests
{
    // Ten items: six of class 0, three of class 1, one of class 2; class 3 occurs nowhere.
    private static readonly int[] Labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2];
    private static readonly int[] Predicted = [0, 0, 0, 0, 1, 2, 1, 1, 0, 0];

    [Fact]
    public void Accuracy_counts_right_items()
    {
        Assert.Equal(6 / 10.0, ClassScores.Accuracy(Labels, Predicted), 12);
    }

    [Fact]
    public void Balanced_accuracy_is_the_mean_recall_of_classes_that_occur()
    {
        Assert.Equal((4 / 6.0 + 2 / 3.0 + 0) / 3, ClassScores.BalancedAccuracy(Labels, Predicted, 4), 12);
    }

    [Fact]
    public void Macro_F1_is_the_mean_over_classes_that_occur_or_are_named()
    {
        double f0 = 2 * 4 / (6.0 + 6), f1 = 2 * 2 / (3.0 + 3), f2 = 0;

        Assert.Equal((f0 + f1 + f2) / 3, ClassScores.MacroF1(Labels, Predicted, 4), 12);
        Assert.Equal(0.5 * 2 / 3, ClassScores.MacroF1([0, 0], [0, 3], 4), 12); // class 3 is named and never right
    }

    // scikit-learn's own example: pairs (0.1, 0.4) negatives, (0.35, 0.8) positives; 3 of 4 pairs are in order.
    [Fact]
    public void The_area_is_the_share_of_pairs_in_order()
    {
        Assert.Equal(0.75, ClassScores.Auroc([0, 0, 1, 1], Binary(0.1f, 0.4f, 0.35f, 0.8f), 2), 12);
    }

    [Fact]
    public void Ties_count_half()
    {
        Assert.Equal(0.5, ClassScores.Auroc([0, 1, 0, 1], Binary(0.3f, 0.3f, 0.3f, 0.3f), 2), 12);
        Assert.Equal((1 + 0.5 + 1 + 0) / 4, ClassScores.Auroc([0, 0, 1, 1], Binary(0.2f, 0.6f, 0.6f, 0.3f), 2), 12);
    }

    [Fact]
    public void The_area_of_several_classes_is_the_mean_of_each_against_the_rest()
    {
        float[] probabilities =
        [
            0.8f, 0.1f, 0.1f,
            0.3f, 0.5f, 0.2f,
            0.4f, 0.3f, 0.3f,
        ];

        // Class 0: 0.8 against 0.3, 0.4. Class 1: 0.5 against 0.1, 0.3. Class 2: 0.3 against 0.1, 0.2. All in order.
        Assert.Equal(1, ClassScores.Auroc([0, 1, 2], probabilities, 3), 12);
        // Classes 0 and 2 exchanged: 0.4 against 0.8 and 0.3, and 0.1 against 0.2 and 0.3.
        Assert.Equal((0.5 + 1 + 0) / 3, ClassScores.Auroc([2, 1, 0], probabilities, 3), 12);
    }

    [Fact]
    public void Classes_that_do_not_occur_have_no_area_and_one_class_alone_has_none()
    {
        float[] probabilities = [0.9f, 0.1f, 0, 0.2f, 0.8f, 0];

        Assert.Equal(1, ClassScores.Auroc([0, 1], probabilities, 3), 12);
        Assert.Equal(double.NaN, ClassScores.Auroc([1, 1], Binary(0.1f, 0.2f), 2));
        Assert.Equal(double.NaN, ClassScores.Auroc([0, 1], Binary(float.NaN, 0.2f), 2));
    }

    [Fact]
    public void Of_equal_probabilities_the_first_class_is_named()
    {
        Assert.Equal([0, 2], ClassScores.MostProbable([0.4f, 0.4f, 0.2f, 0.1f, 0.2f, 0.7f], 3));
    }

    private static float[] Binary(params float[] positive) => [.. positive.SelectMany(p => new[] { 1 - p, p })];
}

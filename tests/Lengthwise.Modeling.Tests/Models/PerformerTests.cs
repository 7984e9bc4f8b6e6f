using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class PerformerTests : ModelTestSuite<Performer>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Performer.Settings { DModel = 8, NLayers = 2, NHeads = 2, NFeatures = 16, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Performer.Settings)Small(true) with { NFeatures = 1 }, (Performer.Settings)Small(false) with { NFeatures = 1, NHeads = 8 },
        (Performer.Settings)Small(true) with { Kernel = PerformerKernel.Relu, NFeatures = null },
        (Performer.Settings)Small(false) with { Kernel = PerformerKernel.Relu, NFeatures = 300 },
    ];

    [Theory]
    [InlineData(true, PerformerKernel.Softmax, 10, 23, 1, 7, 20)]
    [InlineData(false, PerformerKernel.Softmax, 10, 23, 1, 7, 20)]
    [InlineData(false, PerformerKernel.Softmax, 10, 300, 128, 129)]
    [InlineData(true, PerformerKernel.Relu, 10, 23, 1, 7, 20)]
    [InlineData(false, PerformerKernel.Relu, 10, 23, 1, 7, 20)]
    [InlineData(true, PerformerKernel.Relu, null, 23, 12)]
    public void Layer_equals_the_matrix_of_products_of_features(bool bidirectional, PerformerKernel kernel, int? features, params int[] lengths)
    {
        random.manual_seed(1);
        ModelSettings settings = (Performer.Settings)Small(bidirectional) with { Kernel = kernel, NFeatures = features };
        using SequenceLayer layer = new Performer().CreateLayers(settings, 0, 300)[0];

        DenseAttention.AssertEqual(layer, 8, [.. lengths], u => HeadFormula.Layer(layer, u, 2, Formula));

        Tensor Formula(int head, Tensor q, Tensor k, Tensor v)
        {
            Tensor weights = HeadFormula.Seen(kernel == PerformerKernel.Relu ? Rectified(q, k) : Exponential(q, k), bidirectional);
            return matmul(weights, v) / weights.sum(1, keepdim: true);
        }

        Tensor Project(Tensor x) => features is null ? x : matmul(x, layer.named_buffers().Single().buffer.t());

        Tensor Rectified(Tensor q, Tensor k) => matmul(Project(q).clamp_min(0) + 1e-3, (Project(k).clamp_min(0) + 1e-3).t());

        // Keys seen from each query by themselves: what a causal query subtracts is the largest value so far.
        Tensor Exponential(Tensor q, Tensor k)
        {
            (q, k) = (q / Math.Sqrt(2), k / Math.Sqrt(2));
            Tensor a = Project(q), b = Project(k), half = k.square().sum(1, keepdim: true) / 2;
            Tensor queries = (a - q.square().sum(1, keepdim: true) / 2 - a.max(1, keepdim: true).values).exp() + 1e-6;
            return stack([.. Enumerable.Range(0, (int)q.shape[0]).Select(t =>
            {
                Tensor largest = (bidirectional ? b : b.narrow(0, 0, t + 1)).max();
                // What comes later is not seen; it must not overflow either.
                return matmul((b - half - largest).clamp_max(30).exp() + 1e-6, queries[t]);
            })]);
        }
    }

    [Fact]
    public void With_many_features_it_comes_close_to_softmax_attention()
    {
        using var scope = NewDisposeScope();
        double few = Difference(64), many = Difference(16_384);

        Assert.InRange(many, 0, 0.01);
        Assert.InRange(few, 2 * many, 1);
    }

    [Fact]
    public void Features_are_orthogonal_in_groups_and_as_long_as_Gaussian_vectors()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);

        Tensor features = Performer.OrthogonalFeatures(1003, 4);

        Tensor group = features.narrow(0, 4, 4), products = matmul(group, group.t());
        Assert.Equal([1003, 4], features.shape);
        Assert.InRange((products - products.diagonal().diag()).abs().max().item<float>(), 0, 1e-5);
        Assert.InRange(features.square().sum(1).mean().item<float>(), 3.7, 4.3);
        Assert.InRange(features.square().mean([0]).min().item<float>(), 0.85, 1.15);
    }

    [Fact]
    public void Large_queries_and_keys_give_finite_values_and_gradients_in_both_directions()
    {
        foreach (bool bidirectional in (bool[])[true, false])
        {
            using var scope = NewDisposeScope();
            random.manual_seed(1);
            using SequenceLayer layer = new Performer().CreateLayers(Small(bidirectional), 0, 300)[0];
            Tensor u = (randn(2, 300, 8) * 300).requires_grad_();

            Tensor y = layer.forward(u, null);
            y.sum().backward();

            Assert.True(y.isfinite().all().item<bool>() && u.grad!.isfinite().all().item<bool>(), $"bidirectional: {bidirectional}");
        }
    }

    [Fact]
    public void Features_are_part_of_the_stored_state_and_differ_between_layers()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(new ModelInput.Tokens(5), new ModelOutput.Pooled(2), Small(true));

        Tensor[] features = [.. model.State.Where(s => s.Name.EndsWith(".features", StringComparison.Ordinal)).Select(s => s.Tensor)];

        Assert.Equal(2, features.Length);
        Assert.False(features[0].allclose(features[1]));
        Assert.DoesNotContain(model.TrainableParameters, p => p.Name.EndsWith(".features", StringComparison.Ordinal));
    }

    [Fact]
    public void Softmax_without_features_is_refused()
    {
        string problem = Assert.Single(new Performer.Settings { NFeatures = null }.Validate());

        Assert.Contains("'n_features'", problem, StringComparison.Ordinal);
    }

    /// <summary>Largest difference from exact attention, for values of about 1.</summary>
    private static double Difference(int features)
    {
        random.manual_seed(1);
        using SequenceLayer layer = new Performer().CreateLayers(new Performer.Settings { DModel = 8, NHeads = 2, NFeatures = features }, 0, 32)[0];
        layer.to(ScalarType.Float64);
        Tensor u = randn([1, 32, 8], ScalarType.Float64);
        return (layer.forward(u, null)[0] - DenseAttention.Layer(layer, u[0], 2, (_, _, _) => true)).abs().max().item<double>();
    }
}

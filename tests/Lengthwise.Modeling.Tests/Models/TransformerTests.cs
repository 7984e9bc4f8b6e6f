using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using MathNet.Numerics;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class TransformerTests : ModelTestSuite<Transformer>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Transformer.Settings { DModel = 8, NLayers = 2, NHeads = 2, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
        [(Transformer.Settings)Small(true) with { BlockSize = 1 }, (Transformer.Settings)Small(true) with { Positions = PositionKind.Alibi, NKvHeads = 1 }, (Transformer.Settings)Small(true) with { NHeads = 8 }, (Transformer.Settings)Small(true) with { NHeads = 1, DFfMultiplier = 64, NLayers = 12 }];

    [Theory]
    [InlineData(true, PositionKind.Sinusoidal)]
    [InlineData(false, PositionKind.Sinusoidal)]
    [InlineData(true, PositionKind.Rotary)]
    [InlineData(false, PositionKind.Rotary)]
    [InlineData(true, PositionKind.None)]
    [InlineData(true, PositionKind.Alibi)]
    [InlineData(false, PositionKind.Alibi)]
    [InlineData(true, PositionKind.Rotary, 1)]
    [InlineData(false, PositionKind.Sinusoidal, 1)]
    [InlineData(true, PositionKind.Rotary, 2, 4)]
    [InlineData(false, PositionKind.Rotary, 2, 4)]
    [InlineData(true, PositionKind.None, 1, 5)]
    [InlineData(false, PositionKind.None, 2, 1)]
    [InlineData(true, PositionKind.None, 2, 13)]
    public void Model_equals_dense_attention_written_out(bool bidirectional, PositionKind positions, int groups = 2, int? block = null)
    {
        using var scope = NewDisposeScope();
        ModelSettings settings = (Transformer.Settings)Small(bidirectional) with { Positions = positions, NKvHeads = groups, BlockSize = block };
        using SequenceModel model = Create(new ModelInput.Reals(3), new ModelOutput.PerPosition(4), settings).Double();
        Tensor input = randn([1, 13, 3], ScalarType.Float64);

        Tensor output = model.forward(input, null)[0];

        var dense = new DenseTransformer(model, heads: 2, groups, block, bidirectional, positions);
        double[,] expected = dense.Run(input[0]);
        for (int t = 0; t < 13; t++)
            for (int i = 0; i < 4; i++) Assert.Equal(expected[t, i], output[t, i].item<double>(), 1e-10);
    }

    [Fact]
    public void Rotated_scores_depend_on_the_difference_of_positions_only()
    {
        using var scope = NewDisposeScope();
        using var rotary = new RotaryPositions(6, 40);
        Tensor q = randn([1, 1, 6], ScalarType.Float64).expand(1, 40, 6), k = randn([1, 1, 6], ScalarType.Float64).expand(1, 40, 6);

        Tensor scores = matmul(rotary.Rotate(q)[0], rotary.Rotate(k)[0].t());

        Assert.True(allclose(scores.narrow(0, 0, 39).narrow(1, 0, 39), scores.narrow(0, 1, 39).narrow(1, 1, 39), rtol: 1e-10, atol: 1e-12));
        Assert.False(allclose(scores[0, 0], scores[0, 5]));
    }

    [Fact]
    public void Rotations_made_in_inference_mode_serve_training_too()
    {
        using var scope = NewDisposeScope();
        using var rotary = new RotaryPositions(4, 10);
        Tensor q = randn(1, 10, 8).requires_grad_();
        using (inference_mode()) rotary.Rotate(zeros(1, 10, 8));

        rotary.Rotate(q).sum().backward();

        Assert.Equal([1, 10, 8], q.grad!.shape);
    }

    [Fact]
    public void Without_positions_the_reversed_input_gives_the_reversed_output()
    {
        using var scope = NewDisposeScope();
        ModelSettings settings = Small(true) with { Positions = PositionKind.None };
        using SequenceModel model = Create(new ModelInput.Reals(2), new ModelOutput.PerPosition(2), settings).Double();
        Tensor input = randn([2, 9, 2], ScalarType.Float64);

        Tensor forwards = model.forward(input, null), backwards = model.forward(input.flip(1), null);

        Assert.True(allclose(forwards, backwards.flip(1), rtol: 1e-10, atol: 1e-12));
    }

    [Fact]
    public void With_positions_the_order_of_the_input_matters()
    {
        using var scope = NewDisposeScope();
        foreach (PositionKind positions in (PositionKind[])[PositionKind.Sinusoidal, PositionKind.Learned, PositionKind.Rotary])
        {
            ModelSettings settings = Small(true) with { Positions = positions };
            using SequenceModel model = Create(new ModelInput.Reals(2), new ModelOutput.Pooled(2), settings).Double();
            Tensor input = randn([1, 9, 2], ScalarType.Float64);

            double difference = (model.forward(input, null) - model.forward(input.flip(1), null)).abs().max().item<double>();

            Assert.True(difference > 1e-7, $"{positions}: {difference}");
        }
    }

    [Fact]
    public void Padded_keys_receive_no_attention()
    {
        using var scope = NewDisposeScope();
        using var padding = PaddingOf([5, 8], 8);
        Tensor q = randn(2, 8, 4), k = randn(2, 8, 4), v = randn(2, 8, 4).requires_grad_();

        Attention.Apply(q, k, v, 2, causal: false, padding)[0, 0].sum().backward();

        Assert.Equal(0, v.grad![0].narrow(0, 5, 3).abs().max().item<float>());
        Assert.True(v.grad[0].narrow(0, 0, 5).abs().min().item<float>() > 0);
    }

    [Fact]
    public void Sequences_beyond_the_position_table_are_refused()
    {
        using var scope = NewDisposeScope();
        foreach (PositionKind positions in (PositionKind[])[PositionKind.Sinusoidal, PositionKind.Learned, PositionKind.Rotary])
        {
            ModelSettings settings = Small(true) with { Positions = positions };
            using SequenceModel model = Create(new ModelInput.Reals(2), new ModelOutput.Pooled(2), settings, maxLength: 16);

            var error = Assert.Throws<LengthwiseException>(() => model.forward(zeros(1, 17, 2), null));

            Assert.Contains("17 steps, expected at most 16", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Blocks_leave_padding_alone_and_batch_companions_too(bool bidirectional)
    {
        using var scope = NewDisposeScope();
        using var padding = PaddingOf([5, 11], 11);
        Tensor q = randn(2, 11, 4), k = randn(2, 11, 4), v = randn(2, 11, 4);

        Tensor together = BlockLocalAttention.Apply(q, k, v, 2, 3, !bidirectional, padding);

        for (int row = 0; row < 2; row++)
        {
            int length = row == 0 ? 5 : 11;
            Tensor alone = BlockLocalAttention.Apply(One(q), One(k), One(v), 2, 3, !bidirectional, null);
            Assert.True(allclose(alone[0], together[row].narrow(0, 0, length), rtol: 1e-5, atol: 1e-6));
            Tensor One(Tensor x) => x[row].narrow(0, 0, length).unsqueeze(0);
        }
        Assert.True(together.isfinite().all().item<bool>());
    }

    [Fact]
    public void The_cache_of_keys_and_values_is_counted_by_its_formula()
    {
        var full = new Transformer.Settings { DModel = 128, NLayers = 4, NHeads = 8 };

        Assert.Equal(2L * 4 * 1000 * 128 * 4, full.CacheBytes(1000));
        Assert.Equal(2L * 4 * 1000 * 16 * 4, (full with { NKvHeads = 1 }).CacheBytes(1000));
        Assert.Equal(2L * 4 * 512 * 128 * 4, (full with { BlockSize = 256 }).CacheBytes(1000));
    }

    [Fact]
    public void Contradictory_settings_are_refused()
    {
        var heads = new Transformer.Settings { DModel = 10, NHeads = 4 };
        var pairs = new Transformer.Settings { DModel = 12, NHeads = 4, Positions = PositionKind.Rotary };

        Assert.Contains("'n_heads' is 4", Assert.Single(heads.Validate()), StringComparison.Ordinal);
        Assert.Contains("even", Assert.Single(pairs.Validate()), StringComparison.Ordinal);
        Assert.Throws<LengthwiseException>(() => Create(new ModelInput.Tokens(5), new ModelOutput.Pooled(2), heads));
    }

    /// <summary>The same model in plain loops over double arrays: attention as a dense matrix, rotations as sines and cosines.</summary>
    private sealed class DenseTransformer(SequenceModel model, int heads, int groups, int? block, bool bidirectional, PositionKind positions)
    {
        private readonly Dictionary<string, double[]> _p =
            model.State.ToDictionary(s => s.Name, s => s.Tensor.detach().contiguous().data<double>().ToArray());

        public double[,] Run(Tensor input)
        {
            double[,] x = Linear("encoder", ToArray(input));
            int length = x.GetLength(0), width = x.GetLength(1);
            if (positions == PositionKind.Sinusoidal)
                for (int t = 0; t < length; t++)
                    for (int i = 0; i < width; i++)
                    {
                        double angle = t * Math.Pow(10000, -(i / 2 * 2) / (double)width);
                        x[t, i] += i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
                    }
            for (int depth = 0; depth < 2; depth++)
            {
                x = Add(x, Attend($"layers.{depth}.0.layer", Norm($"layers.{depth}.0.norm", x)));
                double[,] inner = Linear($"layers.{depth}.1.layer.w1", Norm($"layers.{depth}.1.norm", x));
                for (int t = 0; t < length; t++)
                    for (int i = 0; i < inner.GetLength(1); i++) inner[t, i] *= (1 + SpecialFunctions.Erf(inner[t, i] / Math.Sqrt(2))) / 2;
                x = Add(x, Linear($"layers.{depth}.1.layer.w2", inner));
            }
            return Linear("decoder", Norm("norm", x));
        }

        private double[,] Attend(string name, double[,] x)
        {
            double[,] q = Rotate(Linear(name + ".q", x)), k = Repeat(Rotate(Linear(name + ".k", x))), v = Repeat(Linear(name + ".v", x));
            int length = x.GetLength(0), width = x.GetLength(1), head = width / heads;
            var mixed = new double[length, width];
            for (int h = 0; h < width; h += head)
                for (int t = 0; t < length; t++)
                {
                    var weight = new double[length];
                    for (int s = 0; s < length; s++)
                    {
                        if ((!bidirectional && s > t) || (block is int w && Math.Abs(t / w - s / w) > 1)) continue;
                        for (int i = h; i < h + head; i++) weight[s] += q[t, i] * k[s, i];
                        double bias = positions == PositionKind.Alibi ? -Math.Abs(t - s) * Math.Pow(2, -8.0 * (h / head + 1) / heads) : 0;
                        weight[s] = Math.Exp(weight[s] / Math.Sqrt(head) + bias);
                    }
                    for (int s = 0; s < length; s++)
                        for (int i = h; i < h + head; i++) mixed[t, i] += weight[s] / weight.Sum() * v[s, i];
                }
            return Linear(name + ".o", mixed);
        }

        // Query head h reads key-value head h g / heads, rounded down.
        private double[,] Repeat(double[,] x)
        {
            int head = x.GetLength(1) / groups;
            var all = new double[x.GetLength(0), heads * head];
            for (int t = 0; t < x.GetLength(0); t++)
                for (int i = 0; i < heads * head; i++) all[t, i] = x[t, i / head * groups / heads * head + i % head];
            return all;
        }

        private double[,] Rotate(double[,] x)
        {
            if (positions != PositionKind.Rotary) return x;
            int width = x.GetLength(1), head = 4;
            var rotated = new double[x.GetLength(0), width];
            for (int t = 0; t < x.GetLength(0); t++)
                for (int i = 0; i < width; i += 2)
                {
                    (double sin, double cos) = Math.SinCos(t * Math.Pow(10000, -(i % head) / (double)head));
                    rotated[t, i] = x[t, i] * cos - x[t, i + 1] * sin;
                    rotated[t, i + 1] = x[t, i] * sin + x[t, i + 1] * cos;
                }
            return rotated;
        }

        private double[,] Linear(string name, double[,] x)
        {
            double[] weight = _p[name + ".weight"], bias = _p[name + ".bias"];
            int inputs = x.GetLength(1);
            var y = new double[x.GetLength(0), bias.Length];
            for (int t = 0; t < y.GetLength(0); t++)
                for (int o = 0; o < bias.Length; o++)
                {
                    y[t, o] = bias[o];
                    for (int i = 0; i < inputs; i++) y[t, o] += weight[o * inputs + i] * x[t, i];
                }
            return y;
        }

        private double[,] Norm(string name, double[,] x)
        {
            double[] weight = _p[name + ".weight"], bias = _p[name + ".bias"];
            int width = weight.Length;
            var y = new double[x.GetLength(0), width];
            for (int t = 0; t < y.GetLength(0); t++)
            {
                double mean = Enumerable.Range(0, width).Average(i => x[t, i]);
                double variance = Enumerable.Range(0, width).Average(i => (x[t, i] - mean) * (x[t, i] - mean));
                for (int i = 0; i < width; i++) y[t, i] = (x[t, i] - mean) / Math.Sqrt(variance + 1e-5) * weight[i] + bias[i];
            }
            return y;
        }

        private static double[,] Add(double[,] a, double[,] b)
        {
            for (int t = 0; t < a.GetLength(0); t++)
                for (int i = 0; i < a.GetLength(1); i++) b[t, i] += a[t, i];
            return b;
        }

        private static double[,] ToArray(Tensor x)
        {
            var values = new double[x.shape[0], x.shape[1]];
            for (int t = 0; t < x.shape[0]; t++)
                for (int i = 0; i < x.shape[1]; i++) values[t, i] = x[t, i].item<double>();
            return values;
        }
    }
}

using Lengthwise.Diagnoses;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Models;
using Lengthwise.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Diagnoses;

public sealed class AttentionMassTests
{
    private const int Width = 8, Heads = 2, Length = 23;

    /// <summary>Every layer that tells its weights, with settings that bring out its pattern.</summary>
    public static TheoryData<string, bool> Layers()
    {
        var data = new TheoryData<string, bool>();
        foreach (string name in Settings.Keys)
            foreach (bool bidirectional in new[] { true, false })
                if (bidirectional || name != "longformer with global steps") data.Add(name, bidirectional);
        return data;
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Weights_mix_values_into_what_the_layer_gives(string name, bool bidirectional)
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        using SequenceLayer layer = Layer(name, bidirectional);
        Tensor u = randn([3, Length, Width], ScalarType.Float64), lengths = tensor(new[] { 23L, 1, 15 });
        using var padding = new Padding(lengths, Length);

        AttentionRows rows = ((IAttentionReach)layer).AttentionOn(u, padding);
        Tensor weights = cat([rows.Weights(0, 5), rows.Weights(5, 18)], 2);
        weights = weights / weights.sum(-1, keepdim: true);
        Tensor v = DenseAttention.Project(layer, "v", u), values = v.reshape(3, Length, -1, Width / Heads).transpose(1, 2);
        values = values.repeat_interleave(Heads / values.shape[1], 1);
        Tensor mixed = DenseAttention.Project(layer, "o", matmul(weights, values).transpose(1, 2).flatten(2));

        Tensor found = layer.forward(u, padding);
        // Linear attention adds a millionth to its sum of weights; the global steps of a Longformer mix values of their own.
        double tolerance = name == "linear" ? 1e-5 : 1e-10;
        long own = name == "longformer with global steps" ? 2 : 0;
        for (int row = 0; row < 3; row++)
        {
            long from = Math.Min(own, lengths[row].item<long>()), count = lengths[row].item<long>() - from;
            Assert.True(allclose(found[row].narrow(0, from, count), mixed[row].narrow(0, from, count), rtol: tolerance, atol: tolerance), $"row {row}");
        }
    }

    [Theory]
    [InlineData(AttentionActivation.Softmax, null, true)]
    [InlineData(AttentionActivation.Softmax, 7, false)]
    [InlineData(AttentionActivation.Laplace, null, false)]
    [InlineData(AttentionActivation.Laplace, 7, true)]
    [InlineData(AttentionActivation.Relu2, null, true)]
    public void Gated_weights_mix_values_into_what_gated_attention_gives(AttentionActivation activation, int? chunk, bool causal)
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        using RelativeBias bias = RelativeBias.Create(RelativeBiasKind.Simple, 4, Length);
        bias.to(ScalarType.Float64);
        Tensor q = randn([2, Length, 4], ScalarType.Float64), k = randn_like(q), v = randn_like(q), lengths = tensor(new[] { 23L, 15 });
        using var padding = new Padding(lengths, Length);

        Tensor weights = new GatedRows(activation, q, k, bias, chunk, causal, padding).Weights(0, Length);
        Tensor found = matmul(weights.squeeze(1), v), expected = GatedAttention.Apply(activation, q, k, v, bias, chunk, causal, padding, 0);

        Assert.True(allclose(expected[0], found[0], rtol: 1e-9, atol: 1e-11));
        Assert.True(allclose(expected[1].narrow(0, 0, 15), found[1].narrow(0, 0, 15), rtol: 1e-9, atol: 1e-11));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mass_by_distance_equals_that_of_the_dense_matrix_and_sums_to_1(bool bidirectional)
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        using SequenceLayer layer = Layer("transformer", bidirectional);
        long[] lengths = [23, 9];
        Tensor u = randn([2, Length, Width], ScalarType.Float64);
        using var padding = new Padding(tensor(lengths), Length);
        IReadOnlyList<int> upTo = DistanceBins.UpTo(40);
        using var meter = new AttentionMeter(Heads, 40);

        // Of two batches the second is shorter than the longest sequence, too.
        meter.Add(((IAttentionReach)layer).AttentionOn(u, padding));
        meter.Add(((IAttentionReach)layer).AttentionOn(u.narrow(0, 1, 1).narrow(1, 0, 9), null));
        LayerReach found = meter.Result("layers.0.0", upTo);

        for (int head = 0; head < Heads; head++)
        {
            var expected = new double[40];
            foreach ((int row, double count) in new[] { (0, 1.0), (1, 2.0) })
            {
                Tensor x = u[row].narrow(0, 0, lengths[row]);
                Tensor Part(string name) => DenseAttention.Project(layer, name, x).narrow(1, head * 4, 4);
                Tensor scores = matmul(Part("q"), Part("k").t()) / 2;
                if (!bidirectional) scores = scores.masked_fill(ones_like(scores).triu(1).to(ScalarType.Bool), double.NegativeInfinity);
                Tensor weights = scores.softmax(-1);
                for (int t = 0; t < lengths[row]; t++)
                    for (int s = 0; s < lengths[row]; s++) expected[Math.Abs(t - s)] += count / 3 / lengths[row] * weights[t, s].item<double>();
            }
            DistanceProfile profile = found.Profiles[head];
            Assert.Equal(1, profile.Mass.Sum(), 1e-12);
            Assert.Equal(expected.Select((m, d) => d * m).Sum(), profile.MeanDistance, 1e-9);
            foreach (int edge in upTo) Assert.Equal(expected[..(edge + 1)].Sum(), profile.Within(upTo, edge), 1e-9);
            if (!bidirectional) Assert.Equal(0, profile.Ahead);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Uniform_attention_has_the_mass_that_counting_pairs_gives(bool bidirectional)
    {
        using var scope = NewDisposeScope();
        const int n = 17;
        // Equal scores: queries of zeros.
        Tensor q = zeros([2, Heads, n, 4]), k = randn(2, Heads, n, 4);
        IReadOnlyList<int> upTo = DistanceBins.UpTo(n);
        using var meter = new AttentionMeter(Heads, n);

        meter.Add(new SoftmaxRows(q, k, new AttentionSight(n, !bidirectional, null)));
        LayerReach found = meter.Result("layers.0.0", upTo);

        // Both ways: n pairs at distance 0 and 2 (n - d) at d, of n². Causal: query t gives each of t + 1 keys 1 / (t + 1).
        double At(int d) => bidirectional ? (d == 0 ? n : 2.0 * (n - d)) / (n * n) : Enumerable.Range(d, n - d).Sum(t => 1.0 / (t + 1)) / n;
        foreach (DistanceProfile profile in found.Profiles.Append(found.Uniform))
            foreach (int edge in upTo) Assert.Equal(Enumerable.Range(0, edge + 1).Sum(At), profile.Within(upTo, edge), 1e-6);
    }

    [Fact]
    public void A_window_has_no_mass_beyond_it()
    {
        using var scope = NewDisposeScope();
        using SequenceLayer layer = Layer("longformer", bidirectional: true);
        IReadOnlyList<int> upTo = DistanceBins.UpTo(Length);
        using var meter = new AttentionMeter(Heads, Length);

        meter.Add(((IAttentionReach)layer).AttentionOn(randn([2, Length, Width], ScalarType.Float64), null));
        LayerReach found = meter.Result("layers.0.0", upTo);

        Assert.All(found.Profiles.Append(found.Uniform), p => Assert.Equal(1, p.Within(upTo, 4), 1e-12));
        Assert.All(found.Profiles, p => Assert.True(p.Within(upTo, 1) < 0.9));
    }

    private static SequenceLayer Layer(string name, bool bidirectional)
    {
        SequenceLayer layer = Settings[name](bidirectional);
        layer.to(ScalarType.Float64);
        layer.eval();
        return layer;
    }

    private static readonly Dictionary<string, Func<bool, SequenceLayer>> Settings = new()
    {
        ["transformer"] = b => Made(new Transformer(), new Transformer.Settings { DModel = Width, NHeads = Heads, Bidirectional = b }),
        ["transformer with one key head"] = b => Made(new Transformer(), new Transformer.Settings { DModel = Width, NHeads = Heads, NKvHeads = 1, Bidirectional = b }),
        ["transformer with blocks"] = b => Made(new Transformer(), new Transformer.Settings { DModel = Width, NHeads = Heads, BlockSize = 4, Bidirectional = b }),
        ["transformer with rotary positions"] = b => Made(new Transformer(), new Transformer.Settings { DModel = Width, NHeads = Heads, Positions = PositionKind.Rotary, Bidirectional = b }),
        ["transformer with linear biases"] = b => Made(new Transformer(), new Transformer.Settings { DModel = Width, NHeads = Heads, Positions = PositionKind.Alibi, Bidirectional = b }),
        ["local"] = b => Made(new Local(), new Local.Settings { DModel = Width, NHeads = Heads, BlockSize = 5, Bidirectional = b }),
        ["longformer"] = b => Made(new Longformer(), new Longformer.Settings { DModel = Width, NHeads = Heads, Window = 8, NGlobal = 0, Bidirectional = b }),
        ["longformer with global steps"] = b => Made(new Longformer(), new Longformer.Settings { DModel = Width, NHeads = Heads, Window = 5, NGlobal = 2, Bidirectional = b }),
        ["sparse"] = b => Made(new Sparse(), new Sparse.Settings { DModel = Width, NHeads = Heads, BlockSize = 5, SummarySize = 2, Bidirectional = b }),
        ["linear"] = b => Made(new LinearTransformer(), new LinearTransformer.Settings { DModel = Width, NHeads = Heads, Bidirectional = b }),
    };

    private static SequenceLayer Made(ModelArchitecture architecture, ModelSettings settings) => architecture.CreateLayers(settings, 0, 64)[0];
}

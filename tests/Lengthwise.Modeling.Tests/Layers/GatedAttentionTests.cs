using Lengthwise.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Layers;

public sealed class GatedAttentionTests
{
    public static TheoryData<AttentionActivation, RelativeBiasKind, int, bool> Forms()
    {
        var data = new TheoryData<AttentionActivation, RelativeBiasKind, int, bool>();
        foreach (AttentionActivation activation in Enum.GetValues<AttentionActivation>())
        {
            data.Add(activation, RelativeBiasKind.Simple, 11, false);
            data.Add(activation, RelativeBiasKind.Simple, 11, true);
            data.Add(activation, RelativeBiasKind.Rotary, 4, false);
            data.Add(activation, RelativeBiasKind.Rotary, 4, true);
            data.Add(activation, RelativeBiasKind.Simple, 1, false);
            data.Add(activation, RelativeBiasKind.Simple, 40, false);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_valid_query_gets_the_sum_that_its_formula_says(AttentionActivation activation, RelativeBiasKind kind, int chunk, bool causal)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(4);
        using RelativeBias bias = Bias(kind, 40);
        Tensor q = randn([3, 11, 4], ScalarType.Float64), k = randn([3, 11, 4], ScalarType.Float64), v = randn([3, 11, 5], ScalarType.Float64);
        long[] lengths = [11, 6, 1];
        using var padding = new Padding(tensor(lengths), 11);

        Tensor found = GatedAttention.Apply(activation, q, k, v, bias, chunk, causal, padding, dropout: 0);

        for (int row = 0; row < 3; row++)
        {
            for (int t = 0; t < lengths[row]; t++)
            {
                Tensor expected = OneQuery(activation, q[row], k[row], v[row], bias, t, chunk, causal, (int)lengths[row]);
                Assert.True(allclose(expected, found[row, t], rtol: 1e-10, atol: 1e-12), $"row {row}, step {t}");
            }
        }
        Assert.True(found.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(RelativeBiasKind.Simple)]
    [InlineData(RelativeBiasKind.Rotary)]
    public void Bias_depends_on_the_difference_of_positions_and_its_last_row_is_that_of_the_matrix(RelativeBiasKind kind)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using RelativeBias bias = Bias(kind, 20);

        Tensor matrix = bias.Matrix(9), larger = bias.Matrix(20);

        Assert.True(allclose(matrix.narrow(0, 0, 8).narrow(1, 0, 8), matrix.narrow(0, 1, 8).narrow(1, 1, 8), rtol: 1e-10, atol: 1e-14));
        Assert.True(allclose(matrix, larger.narrow(0, 0, 9).narrow(1, 0, 9), rtol: 1e-10, atol: 1e-14));
        Assert.True(allclose(matrix.narrow(0, 8, 1), bias.LastRow(9), rtol: 1e-10, atol: 1e-14));
        Assert.True(matrix.std().item<double>() > 1e-3);
        Assert.Throws<LengthwiseException>(() => bias.Matrix(21));
    }

    [Fact]
    public void Laplace_is_a_half_at_its_mean_and_has_a_slope_of_root_two_there()
    {
        using var scope = NewDisposeScope();
        using RelativeBias bias = Bias(RelativeBiasKind.Simple, 1);
        using (no_grad()) bias.get_parameter("rel_pos_bias")!.zero_();
        double F(double score) => GatedAttention.Apply(
            AttentionActivation.Laplace, tensor(new[] { score }).view(1, 1, 1), ones([1, 1, 1], ScalarType.Float64),
            ones([1, 1, 1], ScalarType.Float64), bias, null, false, null, 0).item<double>();

        double mean = Math.Sqrt(0.5);

        Assert.Equal(0.5, F(mean), 1e-12);
        Assert.Equal(Math.Sqrt(2), (F(mean + 1e-5) - F(mean - 1e-5)) / 2e-5, 1e-8);
    }

    [Fact]
    public void Dropped_weights_leave_the_mean_where_it_was()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(6);
        using RelativeBias bias = Bias(RelativeBiasKind.Simple, 64);
        Tensor q = randn([8, 64, 4], ScalarType.Float64), v = ones([8, 64, 1], ScalarType.Float64);

        Tensor found = GatedAttention.Apply(AttentionActivation.Softmax, q, q, v, bias, null, false, null, dropout: 0.5);

        Assert.InRange(found.mean().item<double>(), 0.9, 1.1);
        Assert.True(found.std().item<double>() > 0.05);
    }

    private static Tensor OneQuery(
        AttentionActivation activation, Tensor q, Tensor k, Tensor v, RelativeBias bias, int t, int chunk, bool causal, int length)
    {
        int first = t / chunk * chunk, end = causal ? t + 1 : Math.Min(first + chunk, length);
        Tensor matrix = bias.Matrix(Math.Min(chunk, 11));
        var scores = new double[end - first];
        for (int s = first; s < end; s++)
        {
            double product = q[t].dot(k[s]).item<double>(), added = matrix[t - first, s - first].item<double>();
            double score = product / (activation == AttentionActivation.Softmax ? 2 : end - first) + added;
            scores[s - first] = activation switch
            {
                AttentionActivation.Softmax => Math.Exp(score),
                AttentionActivation.Relu2 => Math.Max(score, 0) * Math.Max(score, 0),
                _ => 0.5 * (1 + special.erf(tensor((score - Math.Sqrt(0.5)) / Math.Sqrt(1 / (2 * Math.PI)))).item<double>()),
            };
        }
        double sum = activation == AttentionActivation.Softmax ? scores.Sum() : 1;
        return matmul(tensor(scores) / sum, v.narrow(0, first, end - first));
    }

    private static RelativeBias Bias(RelativeBiasKind kind, int maxLength)
    {
        var bias = (RelativeBias)RelativeBias.Create(kind, 4, maxLength).to(ScalarType.Float64);
        using var _ = no_grad();
        foreach (var parameter in bias.parameters()) parameter.mul_(20);
        return bias;
    }
}

using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class NystromformerTests : ModelTestSuite<Nystromformer>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Nystromformer.Settings { DModel = 8, NLayers = 2, NHeads = 2, Landmarks = 16, ConvKernel = 3, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Nystromformer.Settings)Small(true) with { Landmarks = 1, ConvKernel = 99 },
        (Nystromformer.Settings)Small(true) with { Landmarks = 1000, ConvKernel = 1 },
        (Nystromformer.Settings)Small(true) with { ConvKernel = null, InverseIterations = 100, InverseStart = InverseStart.Batch },
    ];

    [Theory]
    [InlineData(8, 3, 16)]
    [InlineData(8, 3, 16, 11, 1, 2)]
    [InlineData(5, 3, 13, 16)]
    [InlineData(1, 7, 9, 4)]
    public void Layer_equals_the_formula_with_landmarks_of_segments_of_the_longest_sequence(int landmarks, int kernel, params int[] lengths)
    {
        random.manual_seed(1);
        ModelSettings settings = (Nystromformer.Settings)Small(true) with { Landmarks = landmarks, ConvKernel = kernel, InverseIterations = 4 };
        using SequenceLayer layer = new Nystromformer().CreateLayers(settings, 0, 16)[0];
        int segment = (16 + landmarks - 1) / landmarks, used = (16 + segment - 1) / segment;

        DenseAttention.AssertEqual(layer, 8, [.. lengths], u => HeadFormula.Layer(layer, u, 2, Formula));

        Tensor Formula(int head, Tensor q, Tensor k, Tensor v)
        {
            (q, k) = (q / Math.Pow(4, 0.25), k / Math.Pow(4, 0.25));
            Tensor a = matmul(Landmarks(q), Landmarks(k).t()).softmax(-1);
            Tensor inverse = a.t() / a.sum([0]).max(), identity = eye(used, dtype: ScalarType.Float64);
            for (int i = 0; i < 4; i++)
            {
                Tensor az = matmul(a, inverse);
                inverse = matmul(inverse, 13 * identity - 15 * az + 7 * matmul(az, az) - matmul(az, matmul(az, az))) / 4;
            }
            Tensor condensed = matmul(matmul(Landmarks(q), k.t()).softmax(-1), v);
            return matmul(matmul(matmul(q, Landmarks(k).t()).softmax(-1), inverse), condensed) + Convolved(v, head);
        }

        Tensor Landmarks(Tensor x) => stack([.. Enumerable.Range(0, used).Select(i =>
        {
            int first = Math.Min(i * segment, (int)x.shape[0]), count = Math.Min(segment, (int)x.shape[0] - first);
            return x.narrow(0, first, count).sum([0]) / segment;
        })]);

        Tensor Convolved(Tensor v, int head) => stack([.. Enumerable.Range(0, (int)v.shape[0]).Select(t =>
        {
            Tensor sum = zeros(4, ScalarType.Float64), convolution = layer.named_parameters().Single(p => p.name == "conv.weight").parameter;
            for (int i = 0; i < kernel; i++)
            {
                int s = t + i - kernel / 2;
                if (s >= 0 && s < v.shape[0]) sum += convolution[head, 0, i, 0] * v[s];
            }
            return sum;
        })]);
    }

    [Theory]
    [InlineData(31, 31)]
    [InlineData(64, 31, 1, 12)]
    public void With_a_landmark_for_every_step_it_is_softmax_attention(int landmarks, params int[] lengths)
    {
        random.manual_seed(1);
        ModelSettings settings = (Nystromformer.Settings)Small(true) with { Landmarks = landmarks, ConvKernel = null };
        using SequenceLayer layer = new Nystromformer().CreateLayers(settings, 0, 31)[0];

        DenseAttention.AssertEqual(layer, 8, [.. lengths], u => DenseAttention.Layer(layer, u, 2, (_, _, _) => true));
    }

    [Fact]
    public void Iterations_converge_to_the_pseudo_inverse()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        Tensor matrix = (randn([2, 3, 8, 8], ScalarType.Float64) * 3).softmax(-1), exact = linalg.pinv(matrix);

        Tensor inverse = Nystromformer.Inverse(matrix, 30, InverseStart.Head);

        Assert.True(allclose(exact, inverse, rtol: 1e-8, atol: 1e-8));
    }

    [Fact]
    public void Companions_only_matter_with_the_released_start_of_the_inverse()
    {
        using var scope = NewDisposeScope();
        Tensor input = randn(8, 31, 2);
        double Change(InverseStart start)
        {
            using SequenceModel model = Create(new ModelInput.Reals(2), new ModelOutput.Pooled(3), (Nystromformer.Settings)Small(true) with { InverseStart = start });
            Tensor together = model.forward(input, null), alone = cat([.. Enumerable.Range(0, 8).Select(row => model.forward(input.narrow(0, row, 1), null))]);
            return (together - alone).abs().max().item<float>();
        }

        double own = Change(InverseStart.Head), batch = Change(InverseStart.Batch);

        Assert.InRange(own, 0, 1e-6);
        Assert.InRange(batch, 1e-5, double.MaxValue);
    }

    // The Transformer's 68,228 and 2 layers x 4 heads x 35 of the convolution.
    [Fact]
    public void Preset_size_has_the_derived_number_of_parameters()
    {
        var settings = new Nystromformer.Settings { DModel = 64, NHeads = 4, DFfMultiplier = 2 };

        using SequenceModel model = Create(new ModelInput.Tokens(14), new ModelOutput.Pooled(4), settings);

        Assert.Equal(68_508, model.ParameterCount);
    }

    [Fact]
    public void Contradictory_settings_are_all_reported()
    {
        var settings = new Nystromformer.Settings { ConvKernel = 4, Bidirectional = false };

        string[] problems = [.. settings.Validate()];

        Assert.Equal(["bidirectional", "conv_kernel"], problems.Select(p => p.Split('\'')[1]));
    }
}

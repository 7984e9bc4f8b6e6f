using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class S4Tests : RecurrentModelTestSuite<S4>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new S4.Settings { DModel = 8, NLayers = 2, DState = 8, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
        from init in Enum.GetValues<S4Init>()
        from step in (double[])[1e-9, 1e-4, 1000]
        select (S4.Settings)Small(true) with { DState = 64, DtMin = step, DtMax = step, Init = init };

    // The second route: A as a full complex matrix, C from C~ by a solve, and one power after the other.
    [Theory]
    [InlineData(64, 64, null)]
    [InlineData(97, 97, 1)]
    [InlineData(96, 31, 3)]
    [InlineData(1, 1, 2)]
    [InlineData(2, 2, null)]
    [InlineData(16, 61, 2)]
    public void Kernel_equals_the_powers_of_the_materialised_matrix(int maxLength, int length, int? copies)
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = Block(new S4.Settings { DModel = 6, DState = 16, NSsm = copies }, maxLength);

        Tensor kernel = block.Kernel(length);

        for (int h = 0; h < 6; h++)
        {
            (Tensor advance, Tensor input, Tensor rows) = Materialised(block, h);
            Tensor one = eye(16, 16, ScalarType.ComplexFloat64);
            Tensor C = linalg.solve((one - Power(advance, maxLength)).t(), rows.t()).t();
            Tensor x = input;
            for (int l = 0; l < length; l++, x = matmul(advance, x))
                Assert.True(allclose(matmul(C, x).real.squeeze(-1), kernel.select(1, h).select(-1, l), rtol: 1e-7, atol: 1e-9), $"channel {h}, tap {l}");
        }
    }

    [Fact]
    public void Fourier_basis_has_its_frequencies_almost_without_decay()
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = Block(new S4.Settings { DModel = 2, DState = 8, Init = S4Init.Fout }, 16);

        Tensor frequencies = block.get_parameter("layer.kernel.A_imag")![1], decay = block.get_parameter("layer.kernel.A_real")!.exp();

        Assert.True(allclose(frequencies, arange(4, ScalarType.Float64) * Math.PI, rtol: 1e-6));
        Assert.True(allclose(decay, full_like(decay, 1e-3), rtol: 1e-6));
    }

    [Fact]
    public void Steps_take_the_base_rate_where_the_settings_say_so_and_no_decay_either_way()
    {
        foreach (ModelSettings settings in (ModelSettings[])[new S4.Settings { DtGlobal = true }, new S4D.Settings { DtGlobal = true },
            new DSS.Settings { DtGlobal = true }, new DSS.Settings { DtGlobal = true, Version = DSSVersion.Exp }])
        {
            string name = ModelCatalog.Settings.Single(s => s.Value == settings.GetType()).Key;
            using SequenceModel model = SequenceModel.Create(
                ModelCatalog.Create(name), settings with { DModel = 8 }, new ModelInput.Tokens(5), new ModelOutput.Pooled(2), 16);

            TrainedParameter[] steps = [.. model.TrainableParameters.Where(p => p.Name.EndsWith("_dt", StringComparison.Ordinal))];

            Assert.Equal(2, steps.Length);
            Assert.All(steps, p => Assert.False(p.IsSsm || p.HasDecay));
            Assert.Contains(model.TrainableParameters, p => p is { IsSsm: true, HasDecay: false });
        }
    }

    [Fact]
    public void Shorter_kernels_are_the_beginning_of_longer_ones()
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = Block(new S4.Settings { DModel = 4, DState = 8 }, 24);

        Tensor longest = block.Kernel(130);

        foreach (int length in (int[])[1, 7, 24, 25, 48, 96, 97])
            Assert.True(allclose(longest.narrow(-1, 0, length), block.Kernel(length), rtol: 1e-8, atol: 1e-10), $"{length}");
    }

    [Fact]
    public void Gradients_of_the_kernel_equal_finite_differences_also_beyond_its_own_length()
    {
        foreach (int length in (int[])[1, 12, 13, 40])
        {
            using var scope = NewDisposeScope();
            using KernelConvolutionBlock block = Block(new S4.Settings { DModel = 4, DState = 8, NSsm = 2 }, 13);
            Tensor weights = randn([2, 4, length], ScalarType.Float64);
            double Loss() => (block.Kernel(length) * weights).sum().item<double>();

            (block.Kernel(length) * weights).sum().backward();

            foreach ((string name, Parameter parameter) in block.named_parameters().Where(p => p.name.Contains("kernel", StringComparison.Ordinal)))
            {
                Tensor direction = randn_like(parameter);
                double slope = (parameter.grad! * direction).sum().item<double>(), above, below;
                using (no_grad())
                {
                    parameter.add_(direction, 1e-6);
                    above = Loss();
                    parameter.add_(direction, -2e-6);
                    below = Loss();
                    parameter.add_(direction, 1e-6);
                }
                Assert.True(Math.Abs(slope - (above - below) / 2e-6) <= 1e-5 * Math.Max(1, Math.Abs(slope)), $"{name} at {length}: {slope}");
            }
        }
    }

    [Fact]
    public void Kernel_does_not_depend_on_how_the_channels_are_divided()
    {
        using var scope = NewDisposeScope();
        Tensor rows = randn([5, 4, 64], ScalarType.Float64), re = -rand([5, 64], ScalarType.Float64), im = randn([5, 64], ScalarType.Float64);

        // 64 poles at 8,001 nodes exceed one part: here each channel is one.
        Tensor together = CauchySums.Of(rows, re, im, 16_000);

        for (int h = 0; h < 5; h++)
        {
            Tensor alone = CauchySums.Of(rows.narrow(0, h, 1), re.narrow(0, h, 1), im.narrow(0, h, 1), 16_000);
            Assert.True(alone[0].equal(together[h]).all().item<bool>());
        }
    }

    [Fact]
    public void Random_initialisation_draws_every_state_space_parameter_with_deviation_a_tenth()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using KernelConvolutionBlock block = S4.CreateBlock(new S4.Settings { DModel = 512, DState = 32, Init = S4Init.Random }, 64);

        foreach ((string name, Parameter parameter) in block.named_parameters().Where(p => p.name.StartsWith("layer.", StringComparison.Ordinal)))
        {
            Assert.InRange(parameter.mean().item<float>(), -0.02f, 0.02f);
            Assert.True(Math.Abs(parameter.std().item<float>() - 0.1f) < 0.012f, name);
        }
    }

    [Fact]
    public void Stored_C_is_corrected_for_the_length()
    {
        using var scope = NewDisposeScope();
        var settings = new S4.Settings { DModel = 64, DState = 8, DtMin = 1e-4, DtMax = 1e-4 };

        using KernelConvolutionBlock shortest = S4.CreateBlock(settings, 1), longest = S4.CreateBlock(settings, 1 << 20);

        // After a million steps nothing is left of Abar^l, so that C~ is C with E|C|² = 1; after one short step nearly all is.
        Assert.InRange(SizeOfC(longest), 0.9, 1.1);
        Assert.InRange(SizeOfC(shortest), 0, 1e-4);

        static double SizeOfC(KernelConvolutionBlock block) => block.get_parameter("layer.kernel.C")!.square().sum(-1).mean().item<float>();
    }

    private static KernelConvolutionBlock Block(S4.Settings settings, int maxLength)
    {
        random.manual_seed(3);
        return (KernelConvolutionBlock)S4.CreateBlock(settings, maxLength).to(ScalarType.Float64);
    }

    /// <summary>Abar, Bbar and C~ of one channel with all states, conjugates written out.</summary>
    private static (Tensor Advance, Tensor Input, Tensor Corrected) Materialised(KernelConvolutionBlock block, int channel)
    {
        Tensor Of(string name) => block.get_parameter("layer.kernel." + name)!.detach();
        Tensor Both(Tensor z) => cat([z, z.conj()], -1);
        int copy = channel % (int)Of("A_real").shape[0];
        Tensor w = Both(complex(-Of("A_real")[copy].exp(), -Of("A_imag")[copy]));
        Tensor P = Both(view_as_complex(Of("P"))[0, copy]).unsqueeze(-1), B = Both(view_as_complex(Of("B"))[0, copy]).unsqueeze(-1);
        Tensor half = Of("inv_dt")[channel].exp() / 2;
        Tensor A = diag(w) - matmul(P, P.conj().t()), one = eye(w.shape[0], w.shape[0], ScalarType.ComplexFloat64);
        Tensor C = Both(view_as_complex(Of("C")).select(1, channel));
        return (linalg.solve(one - half * A, one + half * A), linalg.solve(one - half * A, 2 * half * B), C);
    }

    private static Tensor Power(Tensor matrix, int exponent)
    {
        Tensor power = eye(matrix.shape[0], matrix.shape[0], ScalarType.ComplexFloat64);
        for (int i = 0; i < exponent; i++) power = matmul(power, matrix);
        return power;
    }
}

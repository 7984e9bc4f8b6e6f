using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class S5Tests : RecurrentModelTestSuite<S5>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new S5.Settings { DModel = 8, NLayers = 2, DState = 8, Blocks = 2, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (S5.Settings)Small(true) with { DtMin = 1e-9, DtMax = 1e-9 },
        (S5.Settings)Small(true) with { DtMin = 100, DtMax = 1000 },
        (S5.Settings)Small(true) with { DtMin = 100, DtMax = 1000, Discretization = Discretization.Bilinear },
        (S5.Settings)Small(true) with { Init = S5Init.Random, ClipEigs = true },
        (S5.Settings)Small(true) with { DState = 1, Blocks = 1, ConjSym = false },
    ];

    [Theory]
    [InlineData(false, true, S5CInit.LecunNormal, Discretization.Zoh)]
    [InlineData(true, true, S5CInit.TruncStandardNormal, Discretization.Zoh)]
    [InlineData(true, true, S5CInit.ComplexNormal, Discretization.Zoh)]
    [InlineData(true, false, S5CInit.LecunNormal, Discretization.Zoh)]
    [InlineData(false, true, S5CInit.ComplexNormal, Discretization.Bilinear)]
    public void Scan_equals_the_kernel_written_out(bool bidirectional, bool conjSym, S5CInit cInit, Discretization discretization)
    {
        using var scope = NewDisposeScope();
        var settings = new S5.Settings
        {
            DModel = 3,
            DState = 8,
            Blocks = 2,
            Bidirectional = bidirectional,
            ConjSym = conjSym,
            CInit = cInit,
            Discretization = discretization,
            Activation = S5Activation.Gelu,
        };
        using S5Block block = Block(settings);
        Tensor u = randn([2, 13, 3], ScalarType.Float64);

        Tensor found = block.forward(u, null);

        Assert.True(allclose(Gelu(WrittenOut(block, settings, u)), found, rtol: 1e-10, atol: 1e-12));
    }

    [Theory]
    [InlineData(S5Activation.HalfGlu1)]
    [InlineData(S5Activation.HalfGlu2)]
    [InlineData(S5Activation.FullGlu)]
    public void Gates_are_those_of_their_formulas(S5Activation activation)
    {
        using var scope = NewDisposeScope();
        var settings = new S5.Settings { DModel = 3, DState = 4, Activation = activation };
        using S5Block block = Block(settings);
        Dictionary<string, Tensor> p = Parameters(block);
        Tensor u = randn([2, 5, 3], ScalarType.Float64);
        Tensor x = WrittenOut(block, settings, u), g = Gelu(x);
        Tensor Map(string name) => matmul(g, p[name + ".weight"].t()) + p[name + ".bias"];

        Tensor found = block.forward(u, null);

        Tensor carried = activation switch { S5Activation.FullGlu => Map("out1"), S5Activation.HalfGlu1 => g, _ => x };
        Assert.True(allclose(carried * Map("out2").sigmoid(), found, rtol: 1e-10, atol: 1e-12));
    }

    [Fact]
    public void Random_arm_draws_every_parameter_of_the_system_with_deviation_a_tenth()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(7);
        using var layer = new S5().CreateLayers(new S5.Settings { DModel = 128, DState = 512, Blocks = 4, Init = S5Init.Random, ClipEigs = true }, 0, 64)[0];

        (string name, TorchSharp.Modules.Parameter parameter)[] drawn = [.. layer.named_parameters().Where(p => p.name.StartsWith("seq.", StringComparison.Ordinal))];

        Assert.Equal(7, drawn.Length);
        Assert.All(drawn, p =>
        {
            Assert.InRange(p.parameter.std().item<float>(), 0.08f, 0.12f);
            Assert.InRange(p.parameter.mean().item<float>(), -0.03f, 0.03f);
        });
    }

    [Fact]
    public void One_of_each_conjugate_pair_stands_for_both()
    {
        using var scope = NewDisposeScope();
        var half = new S5.Settings { DModel = 3, DState = 8, Bidirectional = false };
        using S5Block pairs = Block(half), whole = Block(half with { ConjSym = false });
        Dictionary<string, Tensor> kept = Parameters(pairs), all = Parameters(whole);
        using (no_grad())
        {
            Tensor conjugate = tensor(new[] { 1.0, -1.0 });
            all["seq.Lambda_re"].copy_(kept["seq.Lambda_re"].repeat(2));
            all["seq.Lambda_im"].copy_(cat([kept["seq.Lambda_im"], -kept["seq.Lambda_im"]]));
            all["seq.B"].copy_(cat([kept["seq.B"], kept["seq.B"] * conjugate]));
            all["seq.C"].copy_(cat([kept["seq.C"], kept["seq.C"] * conjugate], 1));
            all["seq.log_step"].copy_(kept["seq.log_step"].repeat(2, 1));
            foreach (string name in (string[])["seq.D", "out2.weight", "out2.bias"]) all[name].copy_(kept[name]);
        }
        Tensor u = randn([2, 17, 3], ScalarType.Float64);

        Assert.True(allclose(pairs.forward(u, null), whole.forward(u, null), rtol: 1e-10, atol: 1e-12));
    }

    [Fact]
    public void Eigenvectors_give_back_the_normal_part_of_HiPPO_and_do_not_depend_on_the_solver()
    {
        using var scope = NewDisposeScope();
        const int N = 32;
        Tensor root = (2 * arange(N, ScalarType.Float64) + 1).sqrt();
        Tensor A = -outer(root, root).tril(-1) - diag(arange(1, N + 1, ScalarType.Float64));
        Tensor P = (arange(N, ScalarType.Float64) + 0.5).sqrt();

        (Tensor lambda, Tensor V) = HippoNormal.Decompose(N, N / 2);

        Tensor half = matmul(V * lambda, V.conj().transpose(0, 1)), b = matmul(V.conj().transpose(0, 1), root.to_type(ScalarType.ComplexFloat64));
        Assert.True(allclose(2 * half.real, A + outer(P, P), rtol: 1e-9, atol: 1e-9));
        Assert.True(b.real.gt(0).all().item<bool>());
        Assert.InRange(b.imag.abs().max().item<double>(), 0, 1e-10);
    }

    [Fact]
    public void Every_block_begins_as_HiPPO_of_its_own_size()
    {
        using var scope = NewDisposeScope();
        using var block = new S5Block(new S5.Settings { DModel = 4, DState = 24, Blocks = 3 });
        (Tensor lambda, _) = HippoNormal.Decompose(8, 4);

        Tensor re = block.get_parameter("seq.Lambda_re")!, im = block.get_parameter("seq.Lambda_im")!;

        Assert.True(allclose(re, full_like(re, -0.5)));
        Assert.True(allclose(im.view(3, 4), lambda.imag.to_type(ScalarType.Float32).expand(3, 4)));
    }

    [Fact]
    public void Initial_B_is_made_of_real_inputs_to_real_states()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(8);
        using var block = new S5Block(new S5.Settings { DModel = 200, DState = 64, DtMin = 0.001, DtMax = 0.1 });
        (_, Tensor V) = HippoNormal.Decompose(64, 32);

        Tensor B = view_as_complex(block.get_parameter("seq.B")!.to_type(ScalarType.Float64).contiguous());
        Tensor real = 2 * matmul(V, B).real;

        // V B + its conjugate gives back B0: LeCun normal with fan-in 64.
        Assert.InRange(real.std().item<double>(), 0.97 / 8, 1.03 / 8);
        Assert.InRange(real.abs().max().item<double>(), 0, 2 / 0.879 / 8);
        Tensor dt = block.get_parameter("seq.log_step")!.exp();
        Assert.InRange(dt.min().item<float>(), 0.001f, 0.003f);
        Assert.InRange(dt.max().item<float>(), 0.05f, 0.1f);
    }

    [Fact]
    public void Clipped_modes_never_grow()
    {
        using var scope = NewDisposeScope();
        using S5Block block = Block(new S5.Settings { DModel = 2, DState = 4, ClipEigs = true, Bidirectional = false });
        using var _ = no_grad();
        block.get_parameter("seq.Lambda_re")!.fill_(0.7);
        block.get_parameter("seq.log_step")!.fill_(0);

        Tensor y = block.forward(ones([1, 4000, 2], ScalarType.Float64), null);

        Assert.True(y.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(S5OptConfig.Standard, false, "B Lambda_im Lambda_re log_step", "")]
    [InlineData(S5OptConfig.Standard, true, "B Lambda_im Lambda_re", "")]
    [InlineData(S5OptConfig.BAndCDecay, false, "Lambda_im Lambda_re log_step", "B")]
    [InlineData(S5OptConfig.BFastAndCDecay, false, "Lambda_im Lambda_re log_step", "")]
    [InlineData(S5OptConfig.NoBCDecay, false, "B C1 C2 D Lambda_im Lambda_re log_step", "")]
    public void Optimizer_groups_are_the_published_ones(S5OptConfig config, bool dtGlobal, string plain, string decayed)
    {
        var settings = (S5.Settings)Small(true) with { OptConfig = config, DtGlobal = dtGlobal };
        using SequenceModel model = Create(new ModelInput.Reals(2), new ModelOutput.Pooled(2), settings);

        string Names(bool hasDecay) => string.Join(' ', model.TrainableParameters
            .Where(p => p.IsSsm && p.HasDecay == hasDecay).Select(p => p.Name.Split('.')[^1]).Distinct().Order(StringComparer.Ordinal));

        Assert.Equal(plain, Names(hasDecay: false));
        Assert.Equal(decayed, Names(hasDecay: true));
    }

    [Fact]
    public void Contradictory_settings_are_all_reported()
    {
        var settings = new S5.Settings { DState = 6, Blocks = 2, DtMin = 0.5, DtMax = 0.1, Init = S5Init.Random, Positions = PositionKind.Rotary };

        string[] problems = [.. settings.Validate()];

        Assert.Equal(["d_state", "dt_min", "init", "positions"], problems.Select(p => p.Split('\'')[1]));
    }

    /// <summary>C x + D u with y_t = sum over lags of (1 or 2) Re(C exp(l dt Lambda) held B) u, as matrices.</summary>
    private static Tensor WrittenOut(S5Block block, S5.Settings settings, Tensor u)
    {
        Dictionary<string, Tensor> p = Parameters(block);
        Tensor lambda = complex(p["seq.Lambda_re"], p["seq.Lambda_im"]), dt = p["seq.log_step"].exp().squeeze(-1);
        bool isHeld = settings.Discretization == Discretization.Zoh;
        Tensor step = isHeld ? (dt * lambda).exp() : (2 / dt + lambda) / (2 / dt - lambda);
        Tensor held = isHeld ? ((dt * lambda).exp() - 1) / lambda : 2 / (2 / dt - lambda);
        Tensor B = view_as_complex(p["seq.B"]) * held.unsqueeze(-1);
        Tensor C = view_as_complex(p.TryGetValue("seq.C", out Tensor? joint) ? joint : cat([p["seq.C1"], p["seq.C2"]], 1));
        (long length, long states) = (u.shape[1], lambda.shape[0]);
        Tensor y = u * p["seq.D"];
        for (int t = 0; t < length; t++)
        {
            for (int s = 0; s < length; s++)
            {
                Tensor power = step.pow(Math.Abs(t - s)).unsqueeze(-1) * B;
                Tensor From(long first) => matmul(u.select(1, s), matmul(C.narrow(1, first, states), power).real.t()) * (settings.ConjSym ? 2 : 1);
                if (s <= t) y.select(1, t).add_(From(0));
                if (s >= t && settings.Bidirectional) y.select(1, t).add_(From(states));
            }
        }
        return y;
    }

    private static Tensor Gelu(Tensor y) => 0.5 * y * (1 + (Math.Sqrt(2 / Math.PI) * (y + 0.044715 * y.pow(3))).tanh());

    private static Dictionary<string, Tensor> Parameters(S5Block block) => block.named_parameters().ToDictionary(x => x.name, x => (Tensor)x.parameter);

    private static S5Block Block(S5.Settings settings)
    {
        random.manual_seed(3);
        return (S5Block)new S5Block(settings).to(ScalarType.Float64);
    }
}

using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class LruTests : RecurrentModelTestSuite<Lru>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Lru.Settings { DModel = 8, NLayers = 2, DState = 4, Bidirectional = bidirectional };

    // Memories of a million steps, no memory at all, and slow phases.
    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Lru.Settings)Small(true) with { RMin = 0.999999, RMax = 0.999999 },
        (Lru.Settings)Small(true) with { RMin = 0, RMax = 1e-6 },
        (Lru.Settings)Small(true) with { MaxPhase = 1e-6 },
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Scan_equals_the_kernel_written_out(bool bidirectional)
    {
        using var scope = NewDisposeScope();
        using LruBlock block = Block(new Lru.Settings { DModel = 3, DState = 5, Bidirectional = bidirectional });
        Tensor u = randn([2, 13, 3], ScalarType.Float64);

        Tensor found = block.forward(u, null);

        Assert.True(allclose(WrittenOut(block, u, bidirectional), found, rtol: 1e-10, atol: 1e-12));
    }

    [Fact]
    public void Initial_recurrence_lies_on_the_ring_and_keeps_white_noise_at_variance_one()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(6);
        using var block = new LruBlock(new Lru.Settings { DModel = 64, DState = 512, RMin = 0.5, RMax = 0.9, MaxPhase = 1 });
        Dictionary<string, Parameter> own = block.named_parameters().ToDictionary(p => p.name, p => p.parameter);

        Tensor size = (-own["seq.nu_log"].exp()).exp(), phase = own["seq.theta_log"].exp(), gamma = own["seq.gamma_log"].exp();

        Assert.InRange(size.min().item<float>(), 0.5f, 0.52f);
        Assert.InRange(size.max().item<float>(), 0.89f, 0.9f);
        // Uniform on the ring: the mean of the squared radius is in the middle of the squares.
        Assert.InRange(size.square().mean().item<float>(), 0.51f, 0.55f);
        Assert.InRange(phase.max().item<float>(), 0.98f, 1f);
        Assert.True(allclose(gamma.square(), 1 - size.square(), rtol: 1e-4));
        // E|Bu|² = 1 per state for white u, and the sum of |lambda|^2l times gamma² is 1.
        Assert.InRange((own["seq.B_re"].square() + own["seq.B_im"].square()).sum(1).mean().item<float>(), 0.95f, 1.05f);
        Assert.InRange(own["seq.C_re"].std().item<float>() * Math.Sqrt(512), 0.97, 1.03);
        // Dense of flax: variance 1 / fan-in, cut at two of the uncut deviations, no bias.
        Assert.InRange(own["out1.weight"].std().item<float>() * 8, 0.97, 1.03);
        Assert.InRange(own["out1.weight"].abs().max().item<float>() * 8, 2.2, 2 / 0.8796);
        Assert.Equal(0, own["out1.bias"].abs().max().item<float>());
    }

    [Fact]
    public void Random_arm_draws_every_parameter_of_the_recurrence_alike()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(7);
        using var block = new LruBlock(new Lru.Settings { DModel = 64, DState = 400, Init = LruInit.Random });

        foreach ((string name, Parameter parameter) in block.named_parameters().Where(p => p.name.StartsWith("seq.", StringComparison.Ordinal)))
        {
            Assert.InRange(parameter.std().item<float>(), 0.08f, 0.12f);
            Assert.True(Math.Abs(parameter.mean().item<float>()) < 0.05, name);
        }
    }

    [Fact]
    public void Recurrence_takes_its_own_rate_without_decay_and_the_outputs_do_not()
    {
        using SequenceModel model = Create(new ModelInput.Reals(2), new ModelOutput.Pooled(2), Small(true));

        IEnumerable<string> ssm = model.TrainableParameters.Where(p => p is { IsSsm: true, HasDecay: false }).Select(p => p.Name.Split('.')[^1]);

        Assert.Equal(["B_im", "B_re", "gamma_log", "nu_log", "theta_log"], ssm.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Dropout_drops_a_channel_for_the_whole_sequence_unless_told_otherwise()
    {
        using LruBlock tied = new(new Lru.Settings { DModel = 2 }), single = new(new Lru.Settings { DModel = 2, TieDropout = false });

        Assert.True(tied.TiesDropout);
        Assert.False(single.TiesDropout);
    }

    [Fact]
    public void Contradictory_settings_are_all_reported()
    {
        var settings = new Lru.Settings { RMin = 0.9, RMax = 0.5, Positions = PositionKind.Rotary };

        string[] problems = [.. settings.Validate()];

        Assert.Equal(["r_min", "positions"], problems.Select(p => p.Split('\'')[1]));
    }

    /// <summary>y_t = sum over lags of Re(C lambda^l gamma B) u, as matrices, then the gate.</summary>
    private static Tensor WrittenOut(LruBlock block, Tensor u, bool bidirectional)
    {
        Dictionary<string, Tensor> p = block.named_parameters().ToDictionary(x => x.name, x => (Tensor)x.parameter);
        Tensor nu = p["seq.nu_log"].exp(), theta = p["seq.theta_log"].exp();
        Tensor B = complex(p["seq.B_re"], p["seq.B_im"]) * p["seq.gamma_log"].exp().unsqueeze(-1);
        Tensor C = complex(p["seq.C_re"], p["seq.C_im"]);
        (long length, long states) = (u.shape[1], nu.shape[0]);
        Tensor y = u * p["seq.D"];
        for (int t = 0; t < length; t++)
        {
            for (int s = 0; s < length; s++)
            {
                Tensor power = complex(-nu * Math.Abs(t - s), theta * Math.Abs(t - s)).exp().unsqueeze(-1);
                if (s <= t) y.select(1, t).add_(matmul(u.select(1, s), matmul(C.narrow(1, 0, states), power * B).real.t()));
                if (s >= t && bidirectional) y.select(1, t).add_(matmul(u.select(1, s), matmul(C.narrow(1, states, states), power * B).real.t()));
            }
        }
        Tensor x = 0.5 * y * (1 + (Math.Sqrt(2 / Math.PI) * (y + 0.044715 * y.pow(3))).tanh());
        Tensor Map(string name) => matmul(x, p[name + ".weight"].t()) + p[name + ".bias"];
        return Map("out1") * Map("out2").sigmoid();
    }

    private static LruBlock Block(Lru.Settings settings)
    {
        random.manual_seed(3);
        return (LruBlock)new LruBlock(settings).to(ScalarType.Float64);
    }
}

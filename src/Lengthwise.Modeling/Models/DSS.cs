using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Diagonal state spaces: one diagonal Lambda for all channels, a step and a row W for each, run as a long convolution.</summary>
/// <remarks>
/// Gupta, Gu, Berant (2022), arXiv:2203.14343, in the block of its code, <see cref="KernelConvolutionBlock"/>.
/// H = width, N = d_state complex states (no conjugates implied), L = longest length, c = 1 causal or 2 bidirectional, z_n = dt Lambda_n.
///   exp       K_l = Re sum_n W_n (exp(z_n) - 1) / Lambda_n exp(l z_n)
///   softmax   K_l = Re sum_n W_n / Lambda_n exp(l z_n) / sum_{r &lt; L} exp(r z_n)
///   kernel.log_dt [H]    dt = exp(log_dt); [H, 2] with separate steps, for real and imaginary part of Lambda
///   kernel.W [c, H, N, 2]    D [1, H]
///   exp       kernel.Lambda_log_neg_re [N]    Re Lambda = -exp(.)    kernel.Lambda_im [N]
///   softmax   kernel.Lambda [N, 2], its real part of either sign
/// Kernel in O(H N L), convolution in O(H L log L) time.
/// </remarks>
[SequenceModel("dss", typeof(Settings))]
public sealed class DSS : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "dss";

    /// <inheritdoc/>
    public override string Summary => "diagonal state spaces shared by all channels, softmax or exp, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Gupta et al. 2022, arXiv:2203.14343";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) =>
        [CreateBlock((Settings)settings, maxLength)];

    /// <summary>The branch of one depth.</summary>
    /// <param name="settings">Settings that passed their own validation.</param>
    /// <param name="maxLength">L of the softmax; longer sequences take their own length.</param>
    public static KernelConvolutionBlock CreateBlock(Settings settings, int maxLength)
    {
        ConvolutionKernel kernel = settings.Version == DSSVersion.Exp ? new ExpKernel(settings) : new SoftmaxKernel(settings, maxLength);
        return new("DSS", settings, kernel, nested: false, settings.Init == DSSInit.Random ? ConvolutionKernel.RandomDeviation : 1);
    }

    /// <summary>Settings of DSS; every default is the paper's, except the norm.</summary>
    public sealed record Settings : KernelConvolutionSettings
    {
        /// <summary>Complex states. Kernel time grows linearly with it.</summary>
        [Range(1, 4096)] public int DState { get; init; } = 64;

        /// <summary>How the kernel is normalised.</summary>
        public DSSVersion Version { get; init; } = DSSVersion.Softmax;

        /// <summary>Initial Lambda.</summary>
        public DSSInit Init { get; init; } = DSSInit.Hippo;

        /// <inheritdoc/>
        public override ModelSettings? WithRandomInit() => this with { Init = DSSInit.Random };

        /// <summary>Whether real and imaginary part of Lambda have steps of their own, equal at the beginning.</summary>
        public bool SeparateSteps { get; init; }

        /// <summary>Whether steps take the base learning rate, as in the published long-range configurations; no decay either way.</summary>
        public bool DtGlobal { get; init; }
    }

    /// <summary>Log steps, [H] or [H, 2].</summary>
    private static Tensor InitialSteps(Tensor steps, bool separate) => separate ? steps.unsqueeze(-1).repeat(1, 2) : steps;

    /// <summary>Im Lambda, [N] in double; Re Lambda is -1/2.</summary>
    private static Tensor InitialFrequencies(Settings settings) => settings.Init == DSSInit.Lin
        ? arange(settings.DState, ScalarType.Float64) * Math.PI
        : Hippo.LegS(2 * settings.DState).Frequencies;

    /// <summary>z = dt Lambda as real and imaginary part, [H, N] in double.</summary>
    private static (Tensor X, Tensor Y) Exponents(Tensor logDt, Tensor re, Tensor im)
    {
        Tensor dt = logDt.to_type(ScalarType.Float64).exp();
        return dt.dim() == 1
            ? (dt.unsqueeze(-1) * re, dt.unsqueeze(-1) * im)
            : (dt.narrow(1, 0, 1) * re, dt.narrow(1, 1, 1) * im);
    }

    /// <summary>The modes of exponents x + i y and weights W times a complex factor.</summary>
    private static DiagonalModes Weighted(Tensor x, Tensor y, Tensor W, Tensor factor)
    {
        Tensor weight = view_as_complex(W.to_type(ScalarType.Float64)) * factor;
        return new(x, y, weight.real, weight.imag);
    }

    private sealed class ExpKernel : DiagonalConvolutionKernel
    {
        [ComponentName(Name = "log_dt")] private readonly Parameter _logDt;
        [ComponentName(Name = "Lambda_log_neg_re")] private readonly Parameter _logNegRe;
        [ComponentName(Name = "Lambda_im")] private readonly Parameter _im;
        [ComponentName(Name = "W")] private readonly Parameter _W;
        private readonly bool _dtGlobal;

        public ExpKernel(Settings settings) : base("DSSKernel")
        {
            using var scope = NewDisposeScope();
            _dtGlobal = settings.DtGlobal;
            (int width, int states, int channels) = (settings.DModel, settings.DState, settings.Bidirectional ? 2 : 1);
            Tensor Drawn(Tensor structured) => settings.Init == DSSInit.Random ? Random(structured) : structured;

            _logDt = Keep(Drawn(InitialSteps(LogSteps(settings, width), settings.SeparateSteps)));
            _logNegRe = Keep(Drawn(full([states], Math.Log(0.5))));
            _im = Keep(Drawn(InitialFrequencies(settings)));
            _W = Keep(Drawn(randn(channels, width, states, 2)));
            RegisterComponents();
        }

        public override IReadOnlyList<string> SsmNames => _dtGlobal ? ["Lambda_log_neg_re", "Lambda_im", "W"] : ["log_dt", "Lambda_log_neg_re", "Lambda_im", "W"];

        public override IReadOnlyList<string> UndecayedNames => _dtGlobal ? ["log_dt"] : [];

        public override double Flops(long length) => ExponentialFlops(_W, length);

        public override Tensor Taps(long length)
        {
            using var scope = NewDisposeScope();
            if (_logDt.dim() == 2) return DiagonalKernel.Sum(Modes(), length, _W.dtype).MoveToOuterDisposeScope();
            // S4D's kernel takes conjugate pairs, 2 Re: an input of 1/2 makes it Re.
            Tensor half = full([1, 1, _W.shape[2]], 0.5, _W.dtype), input = stack([half, zeros_like(half)], -1);
            return DiagonalKernel.Zoh(_logDt.exp(), _logNegRe.unsqueeze(0), -_im.unsqueeze(0), input, _W, length).MoveToOuterDisposeScope();
        }

        protected override DiagonalModes Modes()
        {
            Tensor re = -_logNegRe.to_type(ScalarType.Float64).exp(), im = _im.to_type(ScalarType.Float64);
            (Tensor x, Tensor y) = Exponents(_logDt, re, im);
            // exp(z) - 1 without cancellation for small z.
            Tensor held = complex(x.expm1() * y.cos() - 2 * (y / 2).sin().square(), x.exp() * y.sin()) / complex(re, im);
            return Weighted(x, y, _W, held);
        }
    }

    /// <remarks>
    /// Deviation: the published code takes the padded length of each batch for L, so that a prediction depends on its companions; here
    /// L belongs to the model. Deviation: it keeps gradients out of the largest exponent of growing modes, which makes theirs wrong.
    /// </remarks>
    private sealed class SoftmaxKernel : ConvolutionKernel
    {
        /// <summary>Keeps the reciprocal finite where the sum over the length vanishes.</summary>
        private const double Epsilon = 1e-7;

        [ComponentName(Name = "log_dt")] private readonly Parameter _logDt;
        [ComponentName(Name = "Lambda")] private readonly Parameter _lambda;
        [ComponentName(Name = "W")] private readonly Parameter _W;
        private readonly int _maxLength;
        private readonly bool _dtGlobal;

        public SoftmaxKernel(Settings settings, int maxLength) : base("DSSKernel")
        {
            using var scope = NewDisposeScope();
            (_maxLength, _dtGlobal) = (maxLength, settings.DtGlobal);
            (int width, int states, int channels) = (settings.DModel, settings.DState, settings.Bidirectional ? 2 : 1);
            Tensor Drawn(Tensor structured) => settings.Init == DSSInit.Random ? Random(structured) : structured;

            _logDt = Keep(Drawn(InitialSteps(LogSteps(settings, width), settings.SeparateSteps)));
            Tensor frequencies = InitialFrequencies(settings);
            _lambda = Keep(Drawn(stack([full_like(frequencies, -0.5), frequencies], -1)));
            _W = Keep(Drawn(randn(channels, width, states, 2)));
            RegisterComponents();
        }

        public override IReadOnlyList<string> SsmNames => _dtGlobal ? ["Lambda", "W"] : ["log_dt", "Lambda", "W"];

        public override IReadOnlyList<string> UndecayedNames => _dtGlobal ? ["log_dt"] : [];

        /// <summary>Every tap depends on the longest length.</summary>
        public override bool HasStep => false;

        public override double Flops(long length) => ExponentialFlops(_W, length);

        public override Tensor Taps(long length)
        {
            using var scope = NewDisposeScope();
            Tensor lambda = _lambda.to_type(ScalarType.Float64);
            (Tensor re, Tensor im) = (lambda.select(-1, 0), lambda.select(-1, 1));
            // A growing mode, divided by its largest value, is a decaying one that runs backwards: exp((l - L + 1) z).
            Tensor grows = re.gt(0).to_type(ScalarType.Float64);
            Tensor sign = 1 - 2 * grows;
            (Tensor x, Tensor y) = Exponents(_logDt, re * sign, im * sign);

            long whole = Math.Max(length, _maxLength);
            Tensor total = (complex(x, y) * whole).exp() - 1;
            Tensor bottom = total * complex(re, im);
            Tensor share = (complex(x, y).exp() - 1) * bottom.conj() / (bottom.real.square() + bottom.imag.square() + Epsilon);
            Tensor taps = DiagonalKernel.Sum(Weighted(x, y, _W, share * (1 - grows)), length, _W.dtype);
            if (grows.any().item<bool>())
                taps = taps + DiagonalKernel.Sum(Weighted(x, y, _W, share * grows), whole, _W.dtype).flip(-1).narrow(-1, 0, length);
            return taps.MoveToOuterDisposeScope();
        }
    }
}

/// <summary>Kernels of DSS (arXiv:2203.14343, proposition 1).</summary>
public enum DSSVersion
{
    /// <summary>Each mode is divided by its sum over the length: stable for any sign of Re Lambda, but without a recurrence.</summary>
    Softmax,

    /// <summary>Re Lambda is negative and the input is held over a step.</summary>
    Exp,
}

/// <summary>Initial Lambda of DSS.</summary>
public enum DSSInit
{
    /// <summary>-1/2 + i w with w the positive eigenvalues of the skew part of HiPPO-LegS of twice the size.</summary>
    Hippo,

    /// <summary>-1/2 + i pi n.</summary>
    Lin,

    /// <summary>No structure: every state-space parameter, steps, W and D included, from N(0, 0.1²) (arXiv:2310.02980, section 3.3).</summary>
    Random,
}

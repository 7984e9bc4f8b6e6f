using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Diagonal linear RNN: h_k = Lambda h_{k-1} + u_k, y = Re(W h) + D u per channel, run as a long convolution.</summary>
/// <remarks>
/// Gupta, Mehta, Berant (2022), arXiv:2212.00768, in the block of its code, <see cref="KernelConvolutionBlock"/>.
/// H = width, N = d_state complex states (no conjugates implied), c = 1 causal or 2 bidirectional; no step size, no discretisation.
///   kernel.Lambda_log_neg_re [N]    Re log Lambda = -(.)²; the name is the published one, although there is no logarithm
///   kernel.Lambda_im [N]            Im log Lambda, the angle per step
///   kernel.W [c, H, N, 2]           real and imaginary part    D [1, H]
/// K_l = Re sum_n W_n exp(l log Lambda_n), with the same Lambda for all channels of a layer: one matrix product, O(H N L) time;
/// convolution in O(H L log L).
/// </remarks>
[SequenceModel("dlr", typeof(Settings))]
public sealed class DLR : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "dlr";

    /// <inheritdoc/>
    public override string Summary => "diagonal linear RNN with a state shared by all channels, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Gupta et al. 2022, arXiv:2212.00768";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) =>
        [CreateBlock((Settings)settings)];

    /// <summary>The branch of one depth.</summary>
    /// <param name="settings">Settings that passed their own validation.</param>
    public static KernelConvolutionBlock CreateBlock(Settings settings) => new(
        "DLR", settings, new Kernel(settings), nested: false, settings.Init == DLRInit.Random ? ConvolutionKernel.RandomDeviation : 1);

    /// <summary>Settings of DLR; every default is that of the self-pretraining study, except the norm's place.</summary>
    public sealed record Settings : KernelConvolutionSettings
    {
        /// <summary>The published bounds: decay begins between 5e-5 and 0.05 a step.</summary>
        public Settings() => DtMin = 1e-4;

        /// <summary>Complex states, shared by all channels. Kernel time and the size of W grow linearly with it.</summary>
        [Range(1, 65536)] public int DState { get; init; } = 1024;

        /// <summary>Initial Lambda and W.</summary>
        public DLRInit Init { get; init; } = DLRInit.Omega;

        /// <inheritdoc/>
        public override ModelSettings? WithRandomInit() => this with { Init = DLRInit.Random };
    }

    private sealed class Kernel : DiagonalConvolutionKernel
    {
        [ComponentName(Name = "Lambda_im")] private readonly Parameter _im;
        [ComponentName(Name = "Lambda_log_neg_re")] private readonly Parameter _rootNegRe;
        [ComponentName(Name = "W")] private readonly Parameter _W;

        public Kernel(Settings settings) : base("DLRKernel")
        {
            using var scope = NewDisposeScope();
            (int width, int states, int channels) = (settings.DModel, settings.DState, settings.Bidirectional ? 2 : 1);
            Tensor Drawn(Tensor structured) => settings.Init == DLRInit.Random ? Random(structured) : structured;

            _im = Keep(Drawn(arange(states, ScalarType.Float64) * (2 * Math.PI / states)));
            _rootNegRe = Keep(Drawn((LogSteps(settings, states).exp() / 2).sqrt()));
            _W = Keep(Drawn(randn(channels, width, states, 2) / states));
            RegisterComponents();
        }

        public override IReadOnlyList<string> SsmNames => ["Lambda_im", "Lambda_log_neg_re", "W"];

        public override double Flops(long length) => ExponentialFlops(_W, length);

        public override Tensor Taps(long length)
        {
            using var scope = NewDisposeScope();
            (Tensor re, Tensor im) = Logarithm();
            return SharedExponentials.Taps(re, im, _W, length).MoveToOuterDisposeScope();
        }

        protected override DiagonalModes Modes()
        {
            (Tensor re, Tensor im) = Logarithm();
            Tensor W = _W.to_type(ScalarType.Float64);
            return new(re.expand(_W.shape[1], -1), im.expand(_W.shape[1], -1), W.select(-1, 0), W.select(-1, 1));
        }

        private (Tensor Re, Tensor Im) Logarithm() =>
            (-_rootNegRe.to_type(ScalarType.Float64).square(), _im.to_type(ScalarType.Float64));
    }
}

/// <summary>Initial parameters of DLR.</summary>
public enum DLRInit
{
    /// <summary>Angles 2 pi n / N, decay dt / 2 with dt log-uniform, W of variance 1 / N² in each part.</summary>
    Omega,

    /// <summary>No structure: every state-space parameter, W and D included, from N(0, 0.1²) (arXiv:2310.02980, section 3.3).</summary>
    Random,
}

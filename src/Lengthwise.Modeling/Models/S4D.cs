using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Diagonal state space model: x' = A x + B u, y = C x + D u per channel, run as a long convolution.</summary>
/// <remarks>
/// Gu, Gupta, Goel, Ré (2022), arXiv:2206.11893, in the block of the S4 code, <see cref="KernelConvolutionBlock"/>.
/// H = width, N = d_state / 2 conjugate pairs kept, S = copies of A and B, c = 1 causal or 2 bidirectional.
///   layer.kernel.inv_dt [H, 1]     dt = exp(inv_dt)
///   layer.kernel.A_real [S, N]     Re A = -exp(A_real)
///   layer.kernel.A_imag [S, N]     Im A = -A_imag
///   layer.kernel.B [1, S, N, 2]    layer.kernel.C [c, H, N, 2]    real and imaginary part
///   layer.D [1, H]
/// Kernel in O(H N L), convolution in O(H L log L) time.
/// </remarks>
[SequenceModel("s4d", typeof(Settings))]
public sealed class S4D : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "s4d";

    /// <inheritdoc/>
    public override string Summary => "diagonal state space model with a GLU output, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Gu et al. 2022, arXiv:2206.11893";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) =>
        [CreateBlock((Settings)settings)];

    /// <summary>The branch of one depth.</summary>
    /// <param name="settings">Settings that passed their own validation.</param>
    public static KernelConvolutionBlock CreateBlock(Settings settings) => new(
        "S4D", settings, new Kernel(settings), nested: true, settings.Init == S4DInit.Random ? ConvolutionKernel.RandomDeviation : 1);

    /// <summary>Settings of S4D; every default is the paper's, except the norm.</summary>
    public sealed record Settings : KernelConvolutionSettings
    {
        /// <summary>Real states per channel, even; half as many complex ones are kept. Kernel time grows linearly with it.</summary>
        [Range(2, 4096)] public int DState { get; init; } = 64;

        /// <summary>Initial A.</summary>
        public S4DInit Init { get; init; } = S4DInit.Lin;

        /// <inheritdoc/>
        public override ModelSettings? WithRandomInit() => this with { Init = S4DInit.Random };

        /// <summary>How the continuous system becomes steps.</summary>
        public Discretization Discretization { get; init; } = Discretization.Zoh;

        /// <summary>Copies of A and B, channel h using copy h mod n_ssm; left out, each channel has its own.</summary>
        [Range(1, 65536)] public int? NSsm { get; init; }

        /// <summary>Whether steps take the base learning rate, as in the published long-range configurations; no decay either way.</summary>
        public bool DtGlobal { get; init; }

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in (IEnumerable<string>)[.. PairProblems(DState), .. base.Validate(), .. CopyProblems(NSsm)]) yield return problem;
            if (Init == S4DInit.Dfout && NSsm is not null)
                yield return "'n_ssm' shares A between channels, and 'init' is 'dfout', whose A depends on each channel's step; leave 'n_ssm' out";
        }
    }

    /// <summary>The parameters of the kernel and its modes, K_l = Re sum_n W_n exp(l z_n).</summary>
    private sealed class Kernel : DiagonalConvolutionKernel
    {
        [ComponentName(Name = "inv_dt")] private readonly Parameter _invDt;
        [ComponentName(Name = "A_real")] private readonly Parameter _aReal;
        [ComponentName(Name = "A_imag")] private readonly Parameter _aImag;
        [ComponentName(Name = "B")] private readonly Parameter _B;
        [ComponentName(Name = "C")] private readonly Parameter _C;
        private readonly Discretization _discretization;
        private readonly bool _dtGlobal;

        public Kernel(Settings settings) : base("S4DKernel")
        {
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            (_discretization, _dtGlobal) = (settings.Discretization, settings.DtGlobal);
            (int width, int pairs, int channels) = (settings.DModel, settings.DState / 2, settings.Bidirectional ? 2 : 1);
            int copies = settings.NSsm ?? width;
            (Tensor aReal, Tensor aImag, Tensor b) = InitialMatrices(settings.Init, settings.DState);
            Tensor Drawn(Tensor structured) => settings.Init == S4DInit.Random ? Random(structured) : structured;

            Tensor steps = LogSteps(settings, width, 1);
            _invDt = Keep(Drawn(steps));
            _aReal = Keep(Drawn(aReal.repeat(copies, 1)));
            // The published code keeps frequencies at 1e-4 or above.
            Tensor frequencies = aImag.clamp_min(1e-4).repeat(copies, 1);
            _aImag = Keep(Drawn(settings.Init == S4DInit.Dfout ? frequencies / steps.exp() : frequencies));
            _B = Keep(Drawn(stack([b, zeros_like(b)], -1).repeat(1, copies, 1, 1)));
            // E|C|² = 1.
            _C = Keep(Drawn(randn([channels, width, pairs, 2]) * Math.Sqrt(0.5)));
            RegisterComponents();
        }

        public override IReadOnlyList<string> SsmNames => _dtGlobal ? ["A_real", "A_imag", "B"] : ["inv_dt", "A_real", "A_imag", "B"];

        public override IReadOnlyList<string> UndecayedNames => _dtGlobal ? ["inv_dt"] : [];

        public override double Flops(long length) => ExponentialFlops(_C, length);

        public override Tensor Taps(long length)
        {
            using var scope = NewDisposeScope();
            Tensor dt = _invDt.squeeze(-1).exp();
            Tensor taps = _discretization == Discretization.Zoh
                ? DiagonalKernel.Zoh(dt, _aReal, _aImag, _B, _C, length)
                : DiagonalKernel.Bilinear(dt, _aReal, _aImag, _B, _C, length);
            return taps.MoveToOuterDisposeScope();
        }

        protected override DiagonalModes Modes()
        {
            Tensor dt = _invDt.squeeze(-1).exp();
            return _discretization == Discretization.Zoh
                ? DiagonalModes.Zoh(dt, _aReal, _aImag, _B, _C)
                : DiagonalModes.Bilinear(dt, _aReal, _aImag, _B, _C);
        }

        /// <summary>log(-Re A), -Im A of the half plane that is kept (of <c>dfout</c>, times dt), and real B, each [N] in double.</summary>
        private static (Tensor AReal, Tensor AImag, Tensor B) InitialMatrices(S4DInit init, int states)
        {
            Tensor n = arange(states / 2, ScalarType.Float64);
            Tensor half = full_like(n, Math.Log(0.5));
            Tensor one = ones_like(n);
            switch (init)
            {
                case S4DInit.Inv:
                    return (half, (states / (2 * n + 1) - 1) * (states / Math.PI), one);
                case S4DInit.Legs:
                    (Tensor frequencies, Tensor input, _) = Hippo.LegS(states);
                    return (half, frequencies, input);
                case S4DInit.Real:
                    return ((n + 1).log(), zeros_like(n), one);
                case S4DInit.Dfout:
                    return (half, n * (2 * Math.PI / states), one);
                default:
                    return (half, n * Math.PI, one);
            }
        }
    }
}

/// <summary>Initial state matrices of S4D, n = 0 … N/2 - 1 (arXiv:2206.11893, section 4).</summary>
public enum S4DInit
{
    /// <summary>-1/2 + i pi n.</summary>
    Lin,

    /// <summary>-1/2 + i (N / pi) (N / (2n + 1) - 1).</summary>
    Inv,

    /// <summary>Eigenvalues of HiPPO-LegS without its rank-one part, and B in their basis.</summary>
    Legs,

    /// <summary>-(n + 1).</summary>
    Real,

    /// <summary>
    /// Angles 2 pi n / N a step, evenly around the circle with the conjugates, whatever dt is (S4D-DFouT, Solozabal et al. 2025).
    /// Assumption: decay is that of the others, exp(-dt / 2) a step; neither code nor formulas of the article were at hand.
    /// </summary>
    Dfout,

    /// <summary>No structure: every state-space parameter, steps, B, C and D included, from N(0, 0.1²) (arXiv:2310.02980, section 3.3).</summary>
    Random,
}

/// <summary>How a continuous state space system becomes steps of length dt.</summary>
public enum Discretization
{
    /// <summary>The input is held over a step: exp(dt A).</summary>
    Zoh,

    /// <summary>The trapezoidal rule: (1 + dt A / 2) / (1 - dt A / 2).</summary>
    Bilinear,
}

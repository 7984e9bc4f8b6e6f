using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Structured state space model: x' = A x + B u, y = C x + D u per channel with A = diag(w) - P P*, run as a long convolution.</summary>
/// <remarks>
/// Gu, Goel, Ré (2022), arXiv:2111.00396, in its later parametrisation, in the block of its code, <see cref="KernelConvolutionBlock"/>.
/// H = width, N = d_state / 2 conjugate pairs kept, S = copies of A and B, c = 1 causal or 2 bidirectional, l = longest length.
///   layer.kernel.inv_dt [H, 1]     dt = exp(inv_dt)
///   layer.kernel.A_real [S, N]     Re w = -exp(A_real)
///   layer.kernel.A_imag [S, N]     Im w = -A_imag
///   layer.kernel.P [1, S, N, 2]    layer.kernel.B [1, S, N, 2]    real and imaginary part
///   layer.kernel.C [c, H, N, 2]    C~ = C (I - Abar^l), which is what is trained
///   layer.kernel.l_kernel [1]      l, not trained
///   layer.D [1, H]
/// Initially A is HiPPO-LegS, or -FouT, which are of this form in the eigenbasis of their normal part. Kernel in O(H N l) time, convolution in
/// O(H L log L). A shorter sequence takes the first taps of the kernel of length l; for a longer one C~ is carried to twice the
/// length as often as needed, as the published code does, but without overwriting the parameter.
/// </remarks>
[SequenceModel("s4", typeof(Settings))]
public sealed class S4 : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "s4";

    /// <inheritdoc/>
    public override string Summary => "state space model with HiPPO-LegS, diagonal plus rank one, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Gu et al. 2022, arXiv:2111.00396";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) =>
        [CreateBlock((Settings)settings, maxLength)];

    /// <summary>The branch of one depth.</summary>
    /// <param name="settings">Settings that passed their own validation.</param>
    /// <param name="maxLength">l.</param>
    public static KernelConvolutionBlock CreateBlock(Settings settings, int maxLength) => new(
        "S4", settings, new Kernel(settings, maxLength), nested: true, settings.Init == S4Init.Random ? ConvolutionKernel.RandomDeviation : 1);

    /// <summary>Settings of S4; every default is the paper's, except the norm.</summary>
    public sealed record Settings : KernelConvolutionSettings
    {
        /// <summary>Real states per channel, even; half as many complex ones are kept. Kernel time grows linearly with it.</summary>
        [Range(2, 1024)] public int DState { get; init; } = 64;

        /// <summary>Initial A, B, C.</summary>
        public S4Init Init { get; init; } = S4Init.Legs;

        /// <inheritdoc/>
        public override ModelSettings? WithRandomInit() => this with { Init = S4Init.Random };

        /// <summary>Copies of A and B, channel h using copy h mod n_ssm; left out, each channel has its own.</summary>
        [Range(1, 65536)] public int? NSsm { get; init; }

        /// <summary>Whether steps take the base learning rate, as in the published long-range configurations; no decay either way.</summary>
        public bool DtGlobal { get; init; }

        /// <inheritdoc/>
        public override IEnumerable<string> Validate() => [.. PairProblems(DState), .. base.Validate(), .. CopyProblems(NSsm)];
    }

    /// <summary>The parameters of the kernel and the two ways to run it.</summary>
    private sealed class Kernel : ConvolutionKernel
    {
        /// <summary>Where a basis does not decay by itself, -Re w begins here.</summary>
        private const double SmallestDecay = 1e-3;

        [ComponentName(Name = "inv_dt")] private readonly Parameter _invDt;
        [ComponentName(Name = "A_real")] private readonly Parameter _aReal;
        [ComponentName(Name = "A_imag")] private readonly Parameter _aImag;
        [ComponentName(Name = "P")] private readonly Parameter _P;
        [ComponentName(Name = "B")] private readonly Parameter _B;
        [ComponentName(Name = "C")] private readonly Parameter _C;
        [ComponentName(Name = "l_kernel")] private readonly Tensor _length;
        private readonly bool _dtGlobal;

        public Kernel(Settings settings, int maxLength) : base("S4Kernel")
        {
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            _dtGlobal = settings.DtGlobal;
            (int width, int pairs, int channels) = (settings.DModel, settings.DState / 2, settings.Bidirectional ? 2 : 1);
            int copies = settings.NSsm ?? width;
            bool isFourier = settings.Init == S4Init.Fout;
            (Tensor frequencies, Tensor b, Tensor p) = isFourier ? Hippo.FouT(settings.DState) : Hippo.LegS(settings.DState);
            Tensor Drawn(Tensor structured) => settings.Init == S4Init.Random ? Random(structured) : structured;
            Tensor Copies(Tensor real) => stack([real, zeros_like(real)], -1).repeat(1, copies, 1, 1);

            _invDt = Keep(Drawn(LogSteps(settings, width, 1)));
            _aReal = Keep(Drawn(full([copies, pairs], Math.Log(isFourier ? SmallestDecay : 0.5))));
            _aImag = Keep(Drawn(frequencies.repeat(copies, 1)));
            _P = Keep(Drawn(Copies(p)));
            _B = Keep(Drawn(Copies(b)));
            // E|C|² = 1. The random arm draws what is trained, C~.
            Tensor C = Drawn(randn([channels, width, pairs, 2]) * Math.Sqrt(0.5));
            if (settings.Init != S4Init.Random) C = C.to_type(ScalarType.Float64) - DplrSystem.Propagate(C, System.Advance(), maxLength);
            _C = Keep(C);
            _length = tensor(new long[] { maxLength }).DetachFromDisposeScope();
            RegisterComponents();
        }

        public override IReadOnlyList<string> SsmNames => _dtGlobal ? ["A_real", "A_imag", "P", "B"] : ["inv_dt", "A_real", "A_imag", "P", "B"];

        public override IReadOnlyList<string> UndecayedNames => _dtGlobal ? ["inv_dt"] : [];

        public override int StateParts => 8;

        private DplrSystem System => DplrSystem.Of(_invDt, _aReal, _aImag, _B, _P);

        private long Length => _length.to_type(ScalarType.Int64).item<long>();

        /// <summary>
        /// For each pole and node some ten operations for the denominator, and real products with 4 c + 4 rows, into two parts; then an inverse transform.
        /// </summary>
        public override double Flops(long length)
        {
            const double denominator = 10;
            long own = Length;
            while (own < length) own *= 2;
            (long channels, long width, long poles) = (_C.shape[0], _C.shape[1], _C.shape[2]);
            double nodes = own / 2 + 1, sums = poles * nodes * (denominator + 2 * 2 * (4 * channels + 4));
            return width * (sums + channels * FlopCount.Transform(own) / 2);
        }

        public override Tensor Taps(long length)
        {
            using var scope = NewDisposeScope();
            DplrSystem system = System;
            (Tensor C, long own) = (_C, Length);
            Tensor? advance = length > own ? system.Advance() : null;
            // C (I - Abar^2l) = C~ (I + Abar^l)
            for (; own < length; own *= 2) C = C + DplrSystem.Propagate(C, advance!, own).to_type(C.dtype);
            return DplrKernel.Taps(system, C, own).narrow(-1, 0, length).MoveToOuterDisposeScope();
        }

        /// <summary>
        /// The bilinear rule as one explicit and one implicit half step, each a diagonal plus a rank-one product: x, E, dt P, conj P,
        /// F, G, dt B, 2 C.
        /// </summary>
        public override IReadOnlyList<Tensor> InitialState(long batch)
        {
            DplrSystem system = System;
            Tensor P = complex(system.P.Re, system.P.Im), z = system.Dt * complex(system.Re, system.Im) / 2;
            Tensor C = view_as_complex(DplrSystem.Recover(_C, system.Advance(), Length).contiguous())[0];
            // (I - dt/2 A)^-1 y = F y - G Re(conj P · F y)
            Tensor F = 1 / (1 - z);
            Tensor below = 1 + system.Dt * (P.conj() * F * P).real.sum(-1, keepdim: true);
            return
            [
                zeros([batch, P.shape[0], P.shape[1]], ScalarType.ComplexFloat64, P.device), 1 + z, system.Dt * P, P.conj().resolve_conj(),
                F, system.Dt / below * F * P, system.Dt * complex(system.B.Re, system.B.Im), 2 * C,
            ];
        }

        public override (Tensor Output, Tensor Next) Step(Tensor u, IReadOnlyList<Tensor> state)
        {
            var (x, E, dtP, conjP, F, G, dtB, C) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
            Tensor half = E * x - dtP * (conjP * x).real.sum(-1, keepdim: true) + dtB * u.unsqueeze(-1);
            Tensor solved = F * half;
            Tensor next = solved - G * (conjP * solved).real.sum(-1, keepdim: true);
            return ((C * next).real.sum(-1), next);
        }
    }
}

/// <summary>Initial parameters of S4.</summary>
public enum S4Init
{
    /// <summary>HiPPO-LegS, normal plus rank one.</summary>
    Legs,

    /// <summary>
    /// HiPPO-FouT, the truncated Fourier basis, normal plus rank one: -1e-3 + i pi n (arXiv:2206.12037). Scores near those of LegS, but fails
    /// on Path-X.
    /// </summary>
    Fout,

    /// <summary>No structure: every state-space parameter, steps, C~ and D included, from N(0, 0.1²) (arXiv:2310.02980, section 3.3).</summary>
    Random,
}

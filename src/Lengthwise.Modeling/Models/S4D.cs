using System.ComponentModel.DataAnnotations;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Models;

/// <summary>Diagonal state space model: x' = A x + B u, y = C x + D u per channel, run as a long convolution.</summary>
/// <remarks>
/// Gu, Gupta, Goel, Ré (2022), arXiv:2206.11893, with the block of the S4 code: S4D, GELU, dropout, Linear(H, 2H), GLU.
/// H = width, N = d_state / 2 conjugate pairs kept, S = copies of A and B, c = 1 causal or 2 bidirectional.
///   layer.kernel.inv_dt [H, 1]     dt = exp(inv_dt)
///   layer.kernel.A_real [S, N]     Re A = -exp(A_real)
///   layer.kernel.A_imag [S, N]     Im A = -A_imag
///   layer.kernel.B [1, S, N, 2]    layer.kernel.C [c, H, N, 2]    real and imaginary part
///   layer.D [1, H]                 output_linear.0: weight [2H, H], bias [2H]
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
        [new S4DBlock((Settings)settings)];

    /// <summary>Settings of S4D; every default is the paper's, except the norm.</summary>
    /// <remarks>
    /// Deviation: the published long-range configurations use BatchNorm on most tasks; LayerNorm is the default here because
    /// then no sequence influences another, in training either. Both are one setting apart.
    /// </remarks>
    public sealed record Settings : ModelSettings
    {
        /// <summary>Real states per channel, even; half as many complex ones are kept. Kernel time grows linearly with it.</summary>
        [Range(2, 4096)] public int DState { get; init; } = 64;

        /// <summary>Initial A.</summary>
        public S4DInit Init { get; init; } = S4DInit.Lin;

        /// <summary>Smallest initial step; steps are drawn log-uniformly.</summary>
        [Range(1e-9, 1e3)] public double DtMin { get; init; } = 0.001;

        /// <summary>Largest initial step.</summary>
        [Range(1e-9, 1e3)] public double DtMax { get; init; } = 0.1;

        /// <summary>Copies of A and B, channel h using copy h mod n_ssm; left out, each channel has its own.</summary>
        [Range(1, 65536)] public int? NSsm { get; init; }

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (DState % 2 != 0) yield return $"'d_state' is {DState}, expected an even number: states come in conjugate pairs";
            if (DtMin > DtMax)
                yield return FormattableString.Invariant($"'dt_min' is {DtMin} and 'dt_max' is {DtMax}; the smaller comes first");
            if (NSsm is int copies && DModel % copies != 0)
                yield return $"'n_ssm' is {copies} and does not divide 'd_model', which is {DModel}";
            if (Positions == PositionKind.Rotary) yield return "'positions' is 'rotary', which only attention can use";
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
}

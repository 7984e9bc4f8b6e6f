using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>Initial state matrices from the theory of optimal polynomial projections (Gu et al. 2020, arXiv:2008.07669).</summary>
internal static class Hippo
{
    private const double LargestInput = 2;

    /// <summary>
    /// The normal part A + P P^T of HiPPO-LegS with its input vector, in its eigenbasis (models.md sections 2 and 3). All
    /// eigenvalues are -1/2 ± i w.
    /// </summary>
    /// <param name="states">Real states N, even.</param>
    /// <returns>
    /// Frequencies w &gt; 0, falling, and the sizes of the input vector B and of the rank-one vector P = B / sqrt(2) along each
    /// eigenvector, all [N / 2] in double. An eigenvector is defined up to a phase, which is chosen so that B, and with it P, is
    /// real and positive: the solver's own choice differs between machines, and C is drawn with a uniform phase anyway. Sizes of
    /// B end at 2, where the published code cuts the imaginary part, which nearly all of a large one is.
    /// </returns>
    public static (Tensor Frequencies, Tensor Input, Tensor RankOne) LegS(int states)
    {
        using var scope = NewDisposeScope();
        Tensor root = (2 * arange(states, ScalarType.Float64) + 1).sqrt();
        // Off the diagonal A + P P^T is skew: -sqrt((2n+1)(2k+1)) / 2 below, plus above. Times -i it is Hermitian.
        Tensor half = outer(root, root) / 2;
        Tensor skew = half.triu(1) - half.tril(-1);
        (Tensor eigenvalues, Tensor vectors) = linalg.eigh(complex(zeros_like(skew), -skew));
        Tensor input = matmul(vectors.conj().transpose(0, 1), root.to_type(ScalarType.ComplexFloat64)).abs();

        int pairs = states / 2;
        Tensor frequencies = eigenvalues.narrow(0, pairs, pairs).flip(0);
        Tensor kept = input.narrow(0, pairs, pairs).flip(0);
        Tensor rankOne = kept / Math.Sqrt(2);
        return (frequencies.MoveToOuterDisposeScope(), kept.clamp_max(LargestInput).MoveToOuterDisposeScope(), rankOne.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// HiPPO-FouT, the truncated Fourier basis (Gu et al. 2022, arXiv:2206.12037), in the form of <see cref="LegS"/>: A + P P^T turns pairs of
    /// states with frequencies pi n, and B = P is sqrt(2) at one state of each pair, 1 for n = 0.
    /// </summary>
    /// <param name="states">Real states N, even.</param>
    /// <returns>
    /// Frequencies pi n, n = 0 … N/2 - 1, and the sizes of B and P along each eigenvector, all [N / 2] in double. The real part of every
    /// eigenvalue is zero.
    /// </returns>
    public static (Tensor Frequencies, Tensor Input, Tensor RankOne) FouT(int states)
    {
        using var scope = NewDisposeScope();
        Tensor n = arange(states / 2, ScalarType.Float64);
        Tensor size = where(n.eq(0), Math.Sqrt(0.5), 1.0).to_type(ScalarType.Float64);
        return ((n * Math.PI).MoveToOuterDisposeScope(), size.MoveToOuterDisposeScope(), size.clone().MoveToOuterDisposeScope());
    }
}

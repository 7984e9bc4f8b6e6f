using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>The normal part of HiPPO-LegS, "HiPPO-N", A + P P^T = V diag(lambda) V*, with its eigenvectors (models.md sections 2 and 6).</summary>
internal static class HippoNormal
{
    /// <summary>Eigenvalues and eigenvectors of the smallest imaginary parts first.</summary>
    /// <param name="states">N.</param>
    /// <param name="kept">How many; half of them leaves one of every conjugate pair.</param>
    /// <returns>
    /// lambda [kept] and V [N, kept], complex double; the caller owns them. The phase of each vector is chosen so that V* b is real
    /// and positive for b_n = sqrt(2n + 1): the solver's own choice differs between machines.
    /// </returns>
    public static (Tensor Eigenvalues, Tensor Vectors) Decompose(int states, int kept)
    {
        using var scope = NewDisposeScope();
        Tensor root = (2 * arange(states, ScalarType.Float64) + 1).sqrt();
        // Off the diagonal A + P P^T is skew: -sqrt((2n+1)(2k+1)) / 2 below, plus above. Times -i it is Hermitian.
        Tensor half = outer(root, root) / 2;
        Tensor skew = half.triu(1) - half.tril(-1);
        (Tensor frequencies, Tensor vectors) = linalg.eigh(complex(zeros_like(skew), -skew));

        Tensor along = matmul(vectors.conj().transpose(0, 1), root.to_type(ScalarType.ComplexFloat64));
        Tensor phase = along / along.abs();
        Tensor eigenvalues = complex(full_like(frequencies, -0.5), frequencies).narrow(0, 0, kept).clone();
        return (eigenvalues.MoveToOuterDisposeScope(), (vectors * phase).narrow(1, 0, kept).clone().MoveToOuterDisposeScope());
    }
}

using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Layers;

public sealed class HippoTests
{
    // The second route: the published real matrices, of which the diagonal form must have the transfer function B^T (s - A)^-1 B.
    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(64)]
    public void FouT_has_the_transfer_function_of_the_real_matrices(int states)
    {
        using var scope = NewDisposeScope();
        Tensor B = zeros(states, ScalarType.Float64), turn = zeros([states, states], ScalarType.Float64);
        for (int n = 0; n < states / 2; n++)
        {
            B[2 * n] = n == 0 ? 1 : Math.Sqrt(2);
            turn[2 * n, 2 * n + 1] = -Math.PI * n;
            turn[2 * n + 1, 2 * n] = Math.PI * n;
        }
        Tensor A = turn - outer(B, B), one = eye(states, states, ScalarType.Float64);

        (Tensor frequencies, Tensor input, Tensor rankOne) = Hippo.FouT(states);

        Assert.True(input.equal(rankOne).all().item<bool>());
        foreach (double s in (double[])[0.3, 1, 40])
        {
            double expected = matmul(B, linalg.solve(s * one - A, B.unsqueeze(-1))).item<double>();
            // Over both halves of the plane, and the rank-one term by the identity of Sherman and Morrison.
            double diagonal = 2 * (input.square() * s / (s * s + frequencies.square())).sum().item<double>();
            Assert.Equal(expected, diagonal / (1 + diagonal), 1e-10);
        }
    }
}

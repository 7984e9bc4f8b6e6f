using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

/// <summary>One computation by three ways: a C# route, libtorch in the same precision, libtorch in double as the truth.</summary>
internal static class KernelComparison
{
    /// <summary>Result and gradients of the inputs, for the weights of a scalar loss.</summary>
    public static Tensor[] Evaluate(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor weights, KernelRoute route, ScalarType type)
    {
        Tensor[] leaves = [.. inputs.Select(input => input.detach().to_type(type).clone().requires_grad_())];
        using IDisposable forced = KernelRoute.Use(route);
        Tensor result = function(leaves);
        result.backward([weights.to_type(type)]);
        BackwardFault.Rethrow();
        return [result.detach(), .. leaves.Select(leaf => leaf.grad!)];
    }

    /// <summary>The route's distance from the truth is that of eager, but for the luck of the roundings in arrays of a few numbers.</summary>
    public static void AssertAsExactAsEager(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor weights, KernelRoute route)
    {
        Tensor[] found = Evaluate(function, inputs, weights, route, ScalarType.Float32);
        Tensor[] eager = Evaluate(function, inputs, weights, KernelRoute.Libtorch, ScalarType.Float32);
        Tensor[] truth = Evaluate(function, inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);

        for (int i = 0; i < truth.Length; i++)
        {
            double error = RelativeError(found[i], truth[i]), bound = 3 * RelativeError(eager[i], truth[i]) + 1e-7;
            Assert.True(error <= bound, FormattableString.Invariant($"{route}, array {i}: error {error:G3}, eager's bound {bound:G3}"));
        }
    }

    /// <summary>Gradients of the best route along drawn directions equal differences of the loss in double.</summary>
    public static void AssertGradients(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor weights)
    {
        Tensor[] found = Evaluate(function, inputs, weights, KernelRoute.Best, ScalarType.Float32);
        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor direction = randn_like(inputs[i]).to_type(ScalarType.Float64);
            double Loss(double by)
            {
                Tensor[] moved = [.. inputs.Select((x, place) => place == i ? x.to_type(ScalarType.Float64) + by * direction : x.to_type(ScalarType.Float64))];
                return (function(moved) * weights.to_type(ScalarType.Float64)).sum().item<double>();
            }

            double along = (found[i + 1].to_type(ScalarType.Float64) * direction).sum().item<double>(), difference = (Loss(1e-6) - Loss(-1e-6)) / 2e-6;
            Assert.Equal(difference, along, 1e-4 * Math.Max(1, Math.Abs(difference)));
        }
    }

    /// <summary>Root of the mean square of the difference, relative to that of the truth.</summary>
    public static double RelativeError(Tensor found, Tensor truth)
    {
        double size = truth.norm().item<double>();
        double difference = (found.to_type(ScalarType.Float64) - truth).norm().item<double>();
        return size == 0 ? difference : difference / size;
    }

    /// <summary>
    /// Error of the result, and of all gradients together, each weighted by its input: one small gradient, left over where large
    /// terms cancel, is judged against what was summed.
    /// </summary>
    public static (double Result, double Gradients) JointErrors(Tensor[] found, Tensor[] truth, Tensor[] inputs)
    {
        Tensor Joint(Tensor[] arrays) => cat([.. arrays.Skip(1).Select((gradient, i) => (gradient * inputs[i]).to_type(ScalarType.Float64).flatten())]);
        return (RelativeError(found[0], truth[0]), RelativeError(Joint(found), Joint(truth)));
    }

    /// <summary>Runs with that many threads of libtorch, then with one again.</summary>
    public static T WithThreads<T>(int threads, Func<T> run)
    {
        set_num_threads(threads);
        try
        {
            return run();
        }
        finally
        {
            set_num_threads(1);
        }
    }

    /// <summary>Bits agree, NaN with NaN included.</summary>
    public static void AssertSameBits(Tensor[] expected, Tensor[] found)
    {
        for (int i = 0; i < expected.Length; i++) Assert.True(expected[i].bytes.SequenceEqual(found[i].bytes), FormattableString.Invariant($"array {i} differs"));
    }
}

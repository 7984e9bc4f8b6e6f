using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Gemm;
using static TorchSharp.torch;

namespace Lengthwise.Benchmarks;

/// <summary>Linear maps with what stands around them in the models, forward and backward: the map of a S4D layer, of attention, and of a feed-forward.</summary>
internal static class GemmCases
{
    /// <summary>Every case; with <paramref name="smoke"/> in sizes that take milliseconds.</summary>
    public static IEnumerable<BenchmarkCase> All(bool smoke) => smoke
        ? [Map(40, 18, 20, LinearActivation.Gelu, LinearActivation.Glu)]
        :
        [
            Map(6400, 64, 128, LinearActivation.Gelu, LinearActivation.Glu), Map(32768, 128, 256, LinearActivation.Gelu, LinearActivation.Glu),
            Map(32768, 128, 128, LinearActivation.None, LinearActivation.None), Map(32768, 128, 512, LinearActivation.None, LinearActivation.None),
            Map(32768, 512, 128, LinearActivation.Gelu, LinearActivation.None),
        ];

    private static BenchmarkCase Map(int rows, int inputs, int outputs, LinearActivation before, LinearActivation after) => new(
        $"linear map {inputs} to {outputs}, {Name(before)} before, {Name(after)} behind, forward + backward, {rows} rows", () =>
    {
        random.manual_seed(6);
        Tensor[] p = [randn(rows, inputs), randn(outputs, inputs) / Math.Sqrt(inputs), randn(outputs)];
        Tensor weights = randn(rows, after == LinearActivation.Glu ? outputs / 2 : outputs);
        return () =>
        {
            using var scope = NewDisposeScope();
            foreach (Tensor parameter in p)
            {
                parameter.requires_grad = true;
                parameter.grad = null!;
            }
            FusedLinear.Apply(p[0], p[1], p[2], before, after).backward([weights]);
            BackwardFault.Rethrow();
        };
    });

    private static string Name(LinearActivation activation) => activation switch
    {
        LinearActivation.None => "nothing",
        LinearActivation.Glu => "a gate",
        _ => activation.ToString(),
    };
}

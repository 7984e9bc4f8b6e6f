using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Golden;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class S4DGoldenTests
{
    private static readonly KernelRoute[] Routes = [KernelRoute.Libtorch, KernelRoute.Best];

    public static TheoryData<string> Files =>
        ["s4_diag_inv_causal", "s4_diag_legs_causal", "s4_diag_lin_bidirectional", "s4_diag_lin_causal", "s4_diag_real_causal"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Names_and_shapes_are_the_published_ones(string file)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenFile(file);
        using S4DBlock block = Block(golden);

        IEnumerable<string> own = block.named_parameters().Select(p => Described(p.name, p.parameter));

        Assert.Equal(golden.Names("param.").Select(n => Described(n, golden["param." + n])), own.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Output_equals_the_published_implementation(string file)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenFile(file);
        using S4DBlock block = Block(golden);

        foreach (KernelRoute route in Routes)
        {
            using IDisposable forced = KernelRoute.Use(route);
            Tensor output = block.forward(golden["input"], null);

            AssertClose(golden["output"], output, 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Gradients_equal_the_published_implementation(string file)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenFile(file);
        using S4DBlock block = Block(golden);
        foreach (KernelRoute route in Routes)
        {
            using IDisposable forced = KernelRoute.Use(route);
            Tensor input = golden["input"].requires_grad_();
            block.zero_grad();

            (block.forward(input, null) * golden["grad_output"]).sum().backward();

            AssertClose(golden["grad_input"], input.grad!, 1e-3);
            foreach ((string name, Parameter parameter) in block.named_parameters())
                AssertClose(golden["grad." + name], parameter.grad!, 1e-3);
        }
    }

    [Fact]
    public void Initial_matrices_are_the_published_ones()
    {
        using var scope = NewDisposeScope();
        foreach (string file in Files.Select(f => f.Data))
        {
            var golden = new GoldenFile(file);

            using var fresh = new S4DBlock(Settings(golden));

            Dictionary<string, Parameter> own = fresh.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            foreach (string name in (string[])["layer.kernel.A_real", "layer.kernel.A_imag"])
                Assert.True(allclose(golden["param." + name], own[name], rtol: 1e-4, atol: 1e-5), $"{file}: {name}");
            // The phase of B is free: only its size is compared.
            Assert.True(allclose(golden["param.layer.kernel.B"].norm(-1), own["layer.kernel.B"].norm(-1), rtol: 1e-3), file);
        }
    }

    private static string Described(string name, Tensor tensor) => $"{name} [{string.Join(", ", tensor.shape)}]";

    private static S4D.Settings Settings(GoldenFile golden) => new()
    {
        DModel = 8,
        DState = int.Parse(golden.Setting("d_state")),
        Init = Enum.Parse<S4DInit>(golden.Setting("init"), ignoreCase: true),
        Bidirectional = bool.Parse(golden.Setting("bidirectional")),
    };

    private static S4DBlock Block(GoldenFile golden)
    {
        var block = new S4DBlock(Settings(golden));
        using var _ = no_grad();
        foreach ((string name, Parameter parameter) in block.named_parameters()) parameter.copy_(golden["param." + name]);
        return block;
    }

    // Relative to the largest value, since values near zero carry the rounding of large ones.
    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        double error = ((expected - actual).abs().max() / expected.abs().max()).item<float>();
        Assert.InRange(error, 0, tolerance);
    }
}

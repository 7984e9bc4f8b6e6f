using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Golden;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class S4GoldenTests : GoldenTestSuite
{
    protected override IReadOnlyList<string> Files => ["s4_dplr_legs_causal", "s4_dplr_legs_bidirectional"];

    private protected override SequenceLayer Fresh(GoldenFile golden) => S4.CreateBlock(
        new S4.Settings
        {
            DModel = 8,
            DState = int.Parse(golden.Setting("d_state")),
            Init = Enum.Parse<S4Init>(golden.Setting("init"), ignoreCase: true),
            Bidirectional = bool.Parse(golden.Setting("bidirectional")),
        },
        int.Parse(golden.Setting("length")));

    [Fact]
    public void Kernel_equals_the_published_one()
    {
        foreach (string file in Files)
        {
            using var scope = NewDisposeScope();
            var golden = new GoldenFile(file);
            using var layer = (KernelConvolutionBlock)Loaded(golden);

            AssertClose(golden["kernel"], layer.Kernel(96), 1e-5, file);
        }
    }

    [Fact]
    public void Initial_matrices_are_the_published_ones()
    {
        foreach (string file in Files)
        {
            using var scope = NewDisposeScope();
            var golden = new GoldenFile(file);

            using SequenceLayer fresh = Fresh(golden);

            Dictionary<string, Parameter> own = fresh.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            foreach (string name in (string[])["layer.kernel.A_real", "layer.kernel.A_imag"])
                Assert.True(allclose(golden["param." + name], own[name], rtol: 1e-4, atol: 1e-5), $"{file}: {name}");
            // The phase of each eigenvector is free: only sizes are compared.
            foreach (string name in (string[])["layer.kernel.B", "layer.kernel.P"])
                Assert.True(allclose(golden["param." + name].norm(-1), own[name].norm(-1), rtol: 1e-3), $"{file}: {name}");
        }
    }
}

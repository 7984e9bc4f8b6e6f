using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Golden;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class S4DGoldenTests : GoldenTestSuite
{
    protected override IReadOnlyList<string> Files =>
        ["s4_diag_inv_causal", "s4_diag_legs_causal", "s4_diag_lin_bidirectional", "s4_diag_lin_causal", "s4_diag_real_causal"];

    private protected override SequenceLayer Fresh(GoldenFile golden) => S4D.CreateBlock(new S4D.Settings
    {
        DModel = 8,
        DState = int.Parse(golden.Setting("d_state")),
        Init = Enum.Parse<S4DInit>(golden.Setting("init"), ignoreCase: true),
        Bidirectional = bool.Parse(golden.Setting("bidirectional")),
    });

    [Fact]
    public void Initial_matrices_are_the_published_ones()
    {
        using var scope = NewDisposeScope();
        foreach (string file in Files)
        {
            var golden = new GoldenFile(file);

            using SequenceLayer fresh = Fresh(golden);

            Dictionary<string, Parameter> own = fresh.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            foreach (string name in (string[])["layer.kernel.A_real", "layer.kernel.A_imag"])
                Assert.True(allclose(golden["param." + name], own[name], rtol: 1e-4, atol: 1e-5), $"{file}: {name}");
            // The phase of B is free: only its size is compared.
            Assert.True(allclose(golden["param.layer.kernel.B"].norm(-1), own["layer.kernel.B"].norm(-1), rtol: 1e-3), file);
        }
    }
}

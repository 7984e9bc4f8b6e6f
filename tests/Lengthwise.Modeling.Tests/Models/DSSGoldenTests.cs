using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Golden;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class DSSGoldenTests : GoldenTestSuite
{
    protected override IReadOnlyList<string> Files =>
        ["dss_exp_causal", "dss_exp_bidirectional", "dss_softmax_causal", "dss_softmax_bidirectional"];

    private protected override SequenceLayer Fresh(GoldenFile golden) => DSS.CreateBlock(
        new DSS.Settings
        {
            DModel = 8,
            DState = int.Parse(golden.Setting("d_state")),
            Version = Enum.Parse<DSSVersion>(golden.Setting("version"), ignoreCase: true),
            Bidirectional = golden["param.kernel.W"].shape[0] == 2,
        },
        maxLength: 64);

    [Fact]
    public void Kernel_equals_the_published_one()
    {
        foreach (string file in Files)
        {
            using var scope = NewDisposeScope();
            var golden = new GoldenFile(file);
            using var layer = (KernelConvolutionBlock)Loaded(golden);

            AssertClose(golden["kernel"], layer.Kernel(64), 1e-5, file);
        }
    }
}

using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Golden;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class DLRGoldenTests : GoldenTestSuite
{
    protected override IReadOnlyList<string> Files => ["dlr_causal", "dlr_bidirectional"];

    private protected override SequenceLayer Fresh(GoldenFile golden) => DLR.CreateBlock(new DLR.Settings
    {
        DModel = 8,
        DState = int.Parse(golden.Setting("d_state")),
        Bidirectional = golden["param.kernel.W"].shape[0] == 2,
    });

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

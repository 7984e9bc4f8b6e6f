using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Golden;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class MegaGoldenTests : GoldenTestSuite
{
    protected override IReadOnlyList<string> Files =>
        ["mega_block_softmax_simple", "mega_block_softmax_rotary", "mega_block_laplace_simple", "mega_block_relu2_simple", "mega_block_chunk16"];

    private protected override SequenceLayer Fresh(GoldenFile golden) => new MegaBlock(
        new Mega.Settings
        {
            DModel = 8,
            DFf = 16,
            DAttin = int.Parse(golden.Setting("d_attin")),
            DAttout = int.Parse(golden.Setting("d_attout")),
            DState = int.Parse(golden.Setting("d_state")),
            Prenorm = bool.Parse(golden.Setting("prenorm")),
            Chunk = golden.Has("chunk") ? int.Parse(golden.Setting("chunk")) : null,
            AttentionActivation = golden.Has("attention_activation")
                ? Enum.Parse<AttentionActivation>(golden.Setting("attention_activation"), ignoreCase: true)
                : AttentionActivation.Softmax,
            RelPosBias = golden.Has("rel_pos_bias")
                ? Enum.Parse<RelativeBiasKind>(golden.Setting("rel_pos_bias"), ignoreCase: true)
                : RelativeBiasKind.Simple,
        },
        maxLength: 64);

    [Theory]
    [InlineData("mega_ema_causal", false)]
    [InlineData("mega_ema_bidirectional", true)]
    public void Average_and_its_gradients_equal_the_published_implementation(string file, bool bidirectional)
    {
        foreach (KernelRoute route in (KernelRoute[])[KernelRoute.Libtorch, KernelRoute.Best])
        {
            using var scope = NewDisposeScope();
            using IDisposable forced = KernelRoute.Use(route);
            var golden = new GoldenFile(file);
            using var average = new DampedAverage(8, 4, bidirectional);
            using (no_grad())
                foreach ((string name, Parameter parameter) in average.named_parameters()) parameter.copy_(golden["param." + name]);
            Tensor input = golden["input"].requires_grad_();

            Tensor output = average.forward(input);
            (output * golden["grad_output"]).sum().backward();

            AssertClose(golden["output"], output, 1e-4, $"{file} by {route}");
            AssertClose(golden["grad_input"], input.grad!, 1e-3, $"{file} by {route}: input");
            foreach ((string name, Parameter parameter) in average.named_parameters())
                AssertClose(golden["grad." + name], parameter.grad!, 1e-3, $"{file} by {route}: {name}");
        }
    }
}

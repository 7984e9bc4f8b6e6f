using Lengthwise.Experiments;
using Lengthwise.Modeling.Native;
using Lengthwise.Modeling.Training;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Training;

public sealed class TransferTests
{
    static TransferTests() => NativeRuntime.Start(1);

    [Fact]
    public void Everything_but_the_decoder_is_transferred_and_named()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> source = State(("encoder.weight", [7, 4]), ("layers.0.w", [4, 4]), ("decoder.weight", [7, 4]));
        Dictionary<string, Tensor> target = State(("encoder.weight", [7, 4]), ("layers.0.w", [4, 4]), ("decoder.weight", [2, 4]));
        Tensor head = target["decoder.weight"].clone();

        TransferSummary summary = Transfer.Apply(source, target, hasMaskColumn: false);

        Assert.Equal(["encoder.weight", "layers.0.w"], summary.Transferred);
        Assert.Equal(["decoder.weight"], summary.Fresh);
        Assert.Equal(["decoder.weight"], summary.Dropped);
        Assert.True(target["encoder.weight"].allclose(source["encoder.weight"], 0, 0));
        Assert.True(target["layers.0.w"].allclose(source["layers.0.w"], 0, 0));
        Assert.True(target["decoder.weight"].allclose(head, 0, 0));
    }

    [Fact]
    public void The_mask_column_is_the_last_and_is_dropped()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> source = State(("encoder.weight", [4, 3]), ("encoder.bias", [4]));
        Dictionary<string, Tensor> target = State(("encoder.weight", [4, 2]), ("encoder.bias", [4]));

        Transfer.Apply(source, target, hasMaskColumn: true);

        Assert.True(target["encoder.weight"].allclose(source["encoder.weight"].narrow(1, 0, 2), 0, 0));
    }

    [Theory]
    [InlineData("layers.0.v", 4, "not in the pretrained model")]
    [InlineData("layers.0.w", 5, "expected [5]")]
    public void A_missing_or_misshapen_tensor_is_an_error_that_names_it(string name, int size, string message)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> source = State(("layers.0.w", [4]));
        Dictionary<string, Tensor> target = State((name, [size]));

        var refused = Assert.Throws<LengthwiseException>(() => Transfer.Apply(source, target, false));

        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pretrained_tensor_without_a_place_is_an_error()
    {
        using var scope = NewDisposeScope();

        var refused = Assert.Throws<LengthwiseException>(
            () => Transfer.Apply(State(("layers.0.w", [4]), ("layers.1.w", [4])), State(("layers.0.w", [4])), false));

        Assert.Contains("layers.1.w", refused.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, Tensor> State(params (string Name, long[] Shape)[] tensors) =>
        tensors.ToDictionary(t => t.Name, t => randn(t.Shape));
}

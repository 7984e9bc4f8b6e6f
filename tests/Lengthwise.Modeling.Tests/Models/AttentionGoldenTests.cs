using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Golden;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>Attention mechanisms against arrays of the Nyströmformer authors' implementations, padding included; see Golden/README.md.</summary>
public sealed class AttentionGoldenTests
{
    private const int Heads = 2, Inner = 8, Length = 64;

    private static readonly Dictionary<string, (ModelArchitecture Architecture, ModelSettings Settings)> Published = new()
    {
        ["linear"] = (new LinearTransformer(), new LinearTransformer.Settings { Divisor = LinearDivisor.Length }),
        ["linformer"] = (new Linformer(), new Linformer.Settings { Rank = 8, ShareHeads = false }),
        ["nystrom"] = (new Nystromformer(), new Nystromformer.Settings { Landmarks = 8, ConvKernel = 5, InverseStart = InverseStart.Batch }),
    };

    public static TheoryData<string> Names => [.. Published.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Output_and_gradients_equal_the_published_implementation(string name)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenFile("attention_" + name);
        using SequenceLayer layer = Loaded(name, golden);
        using var padding = new Padding(golden["mask"].sum(1).to_type(ScalarType.Int64), Length);
        Tensor u = cat([Joined(golden["Q"]), Joined(golden["K"]), Joined(golden["V"])], -1).requires_grad_();

        Tensor output = layer.forward(u, padding).narrow(-1, 0, Inner);
        (output * Joined(golden["grad_output"])).sum().backward();

        AssertClose(Joined(golden["output"]), output, 1e-4, "output");
        AssertClose(Joined(golden["grad_Q"]), u.grad!.narrow(-1, 0, Inner), 1e-3, "Q");
        AssertClose(Joined(golden["grad_K"]), u.grad!.narrow(-1, Inner, Inner), 1e-3, "K");
        AssertClose(Joined(golden["grad_V"]), u.grad!.narrow(-1, 2 * Inner, Inner), 1e-3, "V");
        foreach ((string key, string parameter) in golden.NamesBelow("grad."))
            AssertClose(golden[key], Parameters(layer)[parameter].grad!, 1e-3, parameter);
    }

    /// <summary>A layer whose input is queries, keys and values side by side: the projections only pick them out.</summary>
    private static SequenceLayer Loaded(string name, GoldenFile golden)
    {
        (ModelArchitecture architecture, ModelSettings settings) = Published[name];
        SequenceLayer layer = architecture.CreateLayers((AttentionSettings)settings with { DModel = 3 * Inner, DQkv = Inner, NHeads = Heads }, 0, Length)[0];
        Dictionary<string, Parameter> parameters = Parameters(layer);
        using var _ = no_grad();
        foreach ((string projection, int first) in (ReadOnlySpan<(string, int)>)[("q", 0), ("k", Inner), ("v", 2 * Inner)])
        {
            parameters[projection + ".weight"].zero_().narrow(1, first, Inner).copy_(eye(Inner));
            parameters[projection + ".bias"].zero_();
        }
        parameters["o.weight"].zero_().narrow(0, 0, Inner).copy_(eye(Inner));
        parameters["o.bias"].zero_();
        foreach ((string key, string own) in golden.NamesBelow("param.")) parameters[own].copy_(golden[key]);
        return layer;
    }

    private static Dictionary<string, Parameter> Parameters(SequenceLayer layer) => layer.named_parameters().ToDictionary(p => p.name, p => p.parameter);

    private static Tensor Joined(Tensor x) => x.transpose(1, 2).flatten(2);

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        double error = ((expected - actual).abs().max() / expected.abs().max()).item<float>();
        Assert.True(error <= tolerance, $"{what}: relative difference {error}");
    }
}

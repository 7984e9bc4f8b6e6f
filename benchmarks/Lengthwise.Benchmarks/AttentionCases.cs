using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Benchmarks;

/// <summary>Attention by width of a head and by length, and the attention layers that look at a part of the keys, with their projections.</summary>
internal static class AttentionCases
{
    /// <summary>Every case; with <paramref name="smoke"/> in sizes that take milliseconds.</summary>
    public static IEnumerable<BenchmarkCase> All(bool smoke)
    {
        (int batch, int length, int width, int heads) = smoke ? (2, 24, 16, 4) : (4, 1024, 128, 8);
        foreach (int shared in new[] { 1, 2, 4 })
            yield return Whole(batch, length, width, heads / shared, causal: false);
        yield return Whole(batch, length, width, heads, causal: true);
        if (!smoke) yield return Whole(1, 4096, width, heads, causal: false);
        foreach ((string name, ModelArchitecture architecture, AttentionSettings settings) in Parts)
            foreach (int steps in smoke ? [length] : new[] { length, 4 * length })
                yield return Layer(name, architecture, settings, batch, steps, width, heads);
    }

    private static IEnumerable<(string Name, ModelArchitecture Architecture, AttentionSettings Settings)> Parts =>
    [
        ("the Transformer in blocks of 128", new Transformer(), new Transformer.Settings { BlockSize = 128 }),
        ("Local", new Local(), new Local.Settings()), ("Longformer", new Longformer(), new Longformer.Settings()),
        ("BigBird", new BigBird(), new BigBird.Settings()), ("the linear Transformer", new LinearTransformer(), new LinearTransformer.Settings()),
        ("Performer", new Performer(), new Performer.Settings()),
    ];

    private static BenchmarkCase Whole(int batch, int length, int width, int heads, bool causal) => new(
        $"{(causal ? "causal " : "")}attention, forward + backward, B {batch} L {length} heads {heads} of {width / heads}",
        () =>
        {
            random.manual_seed(8);
            Tensor[] p = [randn(batch, length, width), randn(batch, length, width), randn(batch, length, width)];
            Tensor weights = randn(batch, length, width);
            return () => Differentiate(p, weights, () => Attention.Apply(p[0], p[1], p[2], heads, causal, null));
        });

    private static BenchmarkCase Layer(
        string name, ModelArchitecture architecture, AttentionSettings settings, int batch, int length, int width, int heads) => new(
        $"attention layer of {name}, forward + backward, B {batch} L {length} d {width} heads {heads}",
        () =>
        {
            random.manual_seed(9);
            SequenceLayer layer = architecture.CreateLayers(settings with { DModel = width, NHeads = heads }, 0, length)[0];
            Tensor u = randn(batch, length, width), weights = randn(batch, length, width);
            return () =>
            {
                layer.zero_grad();
                Differentiate([u], weights, () => layer.forward(u, null));
            };
        });

    private static void Differentiate(Tensor[] inputs, Tensor weights, Func<Tensor> function)
    {
        using var scope = NewDisposeScope();
        foreach (Tensor input in inputs)
        {
            input.requires_grad = true;
            input.grad = null!;
        }
        function().backward([weights]);
        BackwardFault.Rethrow();
    }
}

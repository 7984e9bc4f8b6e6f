using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Benchmarks;

/// <summary>
/// The questions: kernel generation, convolution and scan against length, and whole training steps (forward, backward,
/// AdamW). Every model is bidirectional, those of the kernel family with d_state 64 unless they say otherwise, as in the table of the
/// speed targets.
/// </summary>
internal static class Cases
{
    /// <summary>Every case; with <paramref name="smoke"/> in sizes that take milliseconds.</summary>
    public static IReadOnlyList<BenchmarkCase> All(bool smoke) => smoke
        ? [
            Kernel(24, 18), Convolution(3, 24, 18), Scan(3, 24, 18), S4DStep(3, 24, 16, 1), S4Step(3, 24, 16, 1), DSSStep(3, 24, 16, 1),
            DLRStep(3, 24, 16, 1), TransformerStep(3, 24, 16, 2, 1), LruStep(3, 24, 16, 8, 1), S5Step(3, 24, 16, 8, 1),
            MegaStep(3, 24, 16, 7, 1), GauStep(3, 24, 16, 1), GruStep(3, 24, 16, 1), .. EfficientAttentions(3, 24, 16, 2, 1),
            SynthesizerStep(3, 24, 16, 2, 1), Selective(3, 24, 18, 4), MambaStep(3, 24, 16, 1),
            CnnStep(3, 24, 16, 1), Conv1DStep(3, 24, 16, 2),
        ]
        :
        [
            Kernel(128, 64), Kernel(1024, 128), Kernel(4096, 128), Kernel(16384, 128),
            Convolution(50, 128, 64), Convolution(32, 1024, 128), Convolution(8, 4096, 128), Convolution(4, 16384, 128),
            Scan(50, 128, 64), Scan(32, 1024, 128), Scan(8, 4096, 128), Scan(4, 16384, 128),
            S4DStep(50, 128, 64, 2), S4DStep(32, 1024, 128, 4), S4DStep(8, 4096, 128, 4),
            S4Step(50, 128, 64, 2), S4Step(32, 1024, 128, 4), DSSStep(32, 1024, 128, 4), DLRStep(32, 1024, 128, 4),
            TransformerStep(50, 128, 64, 4, 2),
            LruStep(50, 128, 64, 64, 2), LruStep(32, 1024, 128, 128, 4), LruStep(8, 4096, 128, 128, 4), S5Step(32, 1024, 128, 128, 4),
            MegaStep(50, 128, 48, 64, 2), MegaStep(8, 1024, 80, 128, 4), GauStep(50, 128, 48, 4), GruStep(50, 128, 48, 2),
            .. EfficientAttentions(8, 4096, 128, 8, 4), SynthesizerStep(32, 1024, 128, 8, 4),
            Selective(2, 1024, 256, 16), Selective(1, 4096, 256, 16), MambaStep(2, 1024, 128, 2),
            CnnStep(50, 128, 52, 4), CnnStep(32, 1024, 128, 4), Conv1DStep(50, 128, 40, 4), Conv1DStep(32, 1024, 128, 8),
        ];

    private static BenchmarkCase Kernel(int length, int width) => new($"diagonal kernel, forward + backward, L {length} d {width}", () =>
    {
        random.manual_seed(1);
        Tensor[] p =
        [
            exp(rand(width) * 4.6f - 6.9f), full([width, 32], MathF.Log(0.5f)), (arange(32, ScalarType.Float32) * MathF.PI).repeat(width, 1),
            ones([1, width, 32, 2]), randn([2, width, 32, 2]),
        ];
        Tensor weights = randn(2, width, length);
        return () => Differentiate(p, weights, () => DiagonalKernel.Zoh(p[0], p[1], p[2], p[3], p[4], length));
    });

    private static BenchmarkCase Convolution(int batch, int length, int width) => new($"long convolution, forward + backward, B {batch} L {length} d {width}", () =>
    {
        random.manual_seed(2);
        Tensor[] p = [randn(batch, length, width), randn(2, width, length), randn(width)];
        Tensor weights = randn(batch, length, width);
        return () => Differentiate(p, weights, () => LongConvolution.Apply(p[0], p[1], p[2]));
    });

    private static BenchmarkCase Scan(int batch, int length, int states) => new(
        $"complex diagonal scan, forward + backward, B {batch} L {length} N {states}",
        () =>
        {
            random.manual_seed(4);
            Tensor size = rand(states) * 0.1f + 0.899f, phase = rand(states) * 6.28f;
            Tensor[] p = [randn(batch, length, 2 * states), stack([size * phase.cos(), size * phase.sin()])];
            Tensor weights = randn(batch, length, 2 * states);
            return () => Differentiate(p, weights, () => DiagonalScan.Apply(p[0], p[1], reverse: false));
        });

    // The plain route keeps some fourteen [B, L, E, N] for the way back: larger shapes would measure the machine's memory.
    private static BenchmarkCase Selective(int batch, int length, int width, int states) => new(
        $"selective scan, forward + backward, B {batch} L {length} E {width} N {states}",
        () =>
        {
            random.manual_seed(5);
            Tensor[] p =
            [
                randn(batch, length, width), exp(rand(batch, length, width) * 4.6f - 6.9f), -exp(rand(width, states) * 2.8f),
                randn(batch, length, states), randn(batch, length, states),
            ];
            Tensor weights = randn(batch, length, width);
            return () => Differentiate(p, weights, () => SelectiveScan.Apply(p[0], p[1], p[2], p[3], p[4]));
        });

    private static BenchmarkCase MambaStep(int batch, int length, int width, int layers) => new(
        $"Mamba training step, B {batch} L {length} d {width}, {layers} layers",
        () => TrainingStep(new Mamba(), new Mamba.Settings { DModel = width, NLayers = layers }, batch, length));

    private static BenchmarkCase LruStep(int batch, int length, int width, int states, int layers) => new(
        $"LRU training step, B {batch} L {length} d {width} N {states}, {layers} layers",
        () => TrainingStep(new Lru(), new Lru.Settings { DModel = width, NLayers = layers, DState = states }, batch, length));

    private static BenchmarkCase S5Step(int batch, int length, int width, int states, int layers) => new(
        $"S5 training step, B {batch} L {length} d {width} d_state {states}, {layers} layers",
        () => TrainingStep(new S5(), new S5.Settings { DModel = width, NLayers = layers, DState = states }, batch, length));

    private static BenchmarkCase MegaStep(int batch, int length, int width, int chunk, int layers) => new(
        $"MEGA training step, B {batch} L {length} d {width} chunk {chunk}, {layers} layers",
        () => TrainingStep(
            new Mega(), new Mega.Settings { DModel = width, NLayers = layers, DAttout = 2 * width, DFf = 2 * width, Chunk = chunk }, batch, length));

    // Of these four no kernel is ours.
    private static BenchmarkCase GauStep(int batch, int length, int width, int layers) => new(
        $"GAU training step, B {batch} L {length} d {width}, {layers} layers",
        () => TrainingStep(new Gau(), new Gau.Settings { DModel = width, NLayers = layers, DAttout = 2 * width }, batch, length));

    private static BenchmarkCase GruStep(int batch, int length, int width, int layers) => new(
        $"GRU training step, B {batch} L {length} d {width}, {layers} layers",
        () => TrainingStep(new Gru(), new Gru.Settings { DModel = width, NLayers = layers, DState = width }, batch, length));

    private static BenchmarkCase CnnStep(int batch, int length, int width, int layers) => new(
        $"residual CNN training step, B {batch} L {length} d {width}, {layers} layers",
        () => TrainingStep(new Cnn(), new Cnn.Settings { DModel = width, NLayers = layers }, batch, length));

    private static BenchmarkCase Conv1DStep(int batch, int length, int width, int blocks) => new(
        $"Conv1D classifier training step, B {batch} L {length} d {width}, {blocks} blocks",
        () => TrainingStep(new Conv1D(), new Conv1D.Settings { DModel = width, NLayers = blocks }, batch, length));

    private static BenchmarkCase S4DStep(int batch, int length, int width, int layers) => new(
        $"S4D training step, B {batch} L {length} d {width}, {layers} layers",
        () => TrainingStep(new S4D(), new S4D.Settings { DModel = width, NLayers = layers, DState = 64 }, batch, length));

    private static BenchmarkCase S4Step(int batch, int length, int width, int layers) => new(
        $"S4 training step, B {batch} L {length} d {width}, {layers} layers",
        () => TrainingStep(new S4(), new S4.Settings { DModel = width, NLayers = layers }, batch, length));

    private static BenchmarkCase DSSStep(int batch, int length, int width, int layers) => new(
        $"DSS (softmax) training step, B {batch} L {length} d {width}, {layers} layers",
        () => TrainingStep(new DSS(), new DSS.Settings { DModel = width, NLayers = layers }, batch, length));

    private static BenchmarkCase DLRStep(int batch, int length, int width, int layers) => new(
        $"DLR (1,024 states) training step, B {batch} L {length} d {width}, {layers} layers",
        () => TrainingStep(new DLR(), new DLR.Settings { DModel = width, NLayers = layers }, batch, length));

    // No C# kernel of ours is in it: the ratio of its two columns shows the noise of this machine.
    private static BenchmarkCase TransformerStep(int batch, int length, int width, int heads, int layers) => new(
        $"Transformer training step, B {batch} L {length} d {width}, {layers} layers",
        () => TrainingStep(
            new Transformer(), new Transformer.Settings { DModel = width, NLayers = layers, NHeads = heads, DFfMultiplier = 2 }, batch, length));

    // Its weights between all positions are held once, but they are held.
    private static BenchmarkCase SynthesizerStep(int batch, int length, int width, int heads, int layers) => new(
        $"Synthesizer training step, B {batch} L {length} d {width}, {layers} layers",
        () => TrainingStep(
            new Synthesizer(), new Synthesizer.Settings { DModel = width, NHeads = heads, NLayers = layers, DFfMultiplier = 2 }, batch, length));

    // Nor is it in these. The Transformer stands beside them.
    private static IEnumerable<BenchmarkCase> EfficientAttentions(int batch, int length, int width, int heads, int layers) =>
        new (ModelArchitecture Architecture, AttentionSettings Settings)[]
        {
            (new Transformer(), new Transformer.Settings()), (new LinearTransformer(), new LinearTransformer.Settings()),
            (new Nystromformer(), new Nystromformer.Settings()), (new Linformer(), new Linformer.Settings()), (new Performer(), new Performer.Settings()),
            (new Local(), new Local.Settings()), (new Longformer(), new Longformer.Settings()), (new BigBird(), new BigBird.Settings()),
            (new Sparse(), new Sparse.Settings()), (new Sinkhorn(), new Sinkhorn.Settings()), (new Reformer(), new Reformer.Settings()),
            (new Luna(), new Luna.Settings()),
        }.Select(m => new BenchmarkCase(
            $"{m.Architecture.Name} of the efficient attentions, training step, B {batch} L {length} d {width}, {layers} layers",
            () => TrainingStep(m.Architecture, m.Settings with { DModel = width, NHeads = heads, NLayers = layers, DFfMultiplier = 2 }, batch, length)));

    private static void Differentiate(Tensor[] parameters, Tensor weights, Func<Tensor> function)
    {
        using var scope = NewDisposeScope();
        foreach (Tensor parameter in parameters)
        {
            parameter.requires_grad = true;
            parameter.grad = null!;
        }
        function().backward([weights]);
        BackwardFault.Rethrow();
    }

    private static Action TrainingStep(ModelArchitecture architecture, Lengthwise.Recipes.ModelSettings settings, int batch, int length)
    {
        random.manual_seed(3);
        SequenceModel model = SequenceModel.Create(architecture, settings, new ModelInput.Tokens(16), new ModelOutput.Pooled(10), length);
        optim.Optimizer optimizer = optim.AdamW(model.parameters(), lr: 1e-3);
        Tensor tokens = randint(16, [batch, length], ScalarType.Int64), labels = randint(10, [batch], ScalarType.Int64);
        return () =>
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.forward(tokens, null), labels).backward();
            BackwardFault.Rethrow();
            optimizer.step();
        };
    }
}

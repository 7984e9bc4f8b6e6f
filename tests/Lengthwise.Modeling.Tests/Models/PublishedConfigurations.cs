using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>A model in the size and with the rates that were published for a task of Long Range Arena or speech.</summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Architecture">The architecture.</param>
/// <param name="Settings">Its published settings.</param>
/// <param name="IsTokens">Whether it reads tokens; else one real channel per step.</param>
/// <param name="Lr">Base learning rate.</param>
/// <param name="SsmLr">Learning rate of state-space parameters.</param>
/// <param name="WeightDecay">Weight decay.</param>
internal sealed record PublishedConfiguration(
    string Task, ModelArchitecture Architecture, ModelSettings Settings, bool IsTokens, double Lr, double SsmLr, double WeightDecay)
{
    /// <summary>The configurations of models.md, sections 6 to 8. LRU's base rate is the default of its code, 1e-3.</summary>
    public static IReadOnlyList<PublishedConfiguration> All { get; } =
    [
        Lru("ListOps", 128, 256, 0, 0.99, .5, 0, true),
        Lru("sCIFAR", 512, 384, 0.9, 0.999, .25, .1, false),
        Lru("Text", 256, 192, 0.5, 0.9, .1, .1, true),
        Lru("Retrieval", 128, 256, 0.5, 0.9, .5, .1, true),
        Lru("Pathfinder", 192, 256, 0.9, 0.999, .25, 0, false, isBidirectional: true),
        Lru("Path-X", 128, 256, 0.999, 0.9999, .25, 0, false, isBidirectional: true, maxPhase: Math.PI / 10),

        S5("ListOps", 8, 128, 16, 8, S5CInit.LecunNormal, S5Activation.HalfGlu2, S5OptConfig.BFastAndCDecay, 3, .001, .04, 0, true),
        S5("Text", 6, 256, 192, 12, S5CInit.LecunNormal, S5Activation.HalfGlu2, S5OptConfig.Standard, 4, .001, .07, .1, true, dtGlobal: true),
        S5("Retrieval", 6, 128, 256, 16, S5CInit.TruncStandardNormal, S5Activation.HalfGlu1, S5OptConfig.Standard, 2, .001, .05, 0, true, dtGlobal: true),
        S5("Image", 6, 512, 384, 3, S5CInit.LecunNormal, S5Activation.HalfGlu1, S5OptConfig.BFastAndCDecay, 4.5, .001, .07, .1, false, clipEigs: true),
        S5("Pathfinder", 6, 192, 256, 8, S5CInit.TruncStandardNormal, S5Activation.HalfGlu1, S5OptConfig.Standard, 5, .0009, .03, .05, false),
        S5("Path-X", 6, 128, 256, 16, S5CInit.ComplexNormal, S5Activation.HalfGlu1, S5OptConfig.BAndCDecay, 3, .0006, .06, 0, false, dtMin: 1e-4),
        S5("Speech 35", 6, 96, 128, 16, S5CInit.LecunNormal, S5Activation.HalfGlu1, S5OptConfig.NoBCDecay, 4, .002, .04, .1, false),

        Mega("ListOps, chunks", 6, 80, 64, NormKind.Layer, AttentionActivation.Softmax, .001, .01, .1, true, chunk: 128),
        Mega("ListOps", 6, 80, 64, NormKind.Layer, AttentionActivation.Softmax, .001, .01, .1, true),
        Mega("Text", 4, 128, 64, NormKind.Scale, AttentionActivation.Softmax, .004, .01, .1, true),
        Mega("Retrieval", 6, 128, 64, NormKind.Scale, AttentionActivation.Softmax, .003, .04, .1, true),
        Mega("Image", 8, 160, 96, NormKind.Batch, AttentionActivation.Laplace, .01, .02, 0, false),
        Mega("Pathfinder", 6, 128, 64, NormKind.Batch, AttentionActivation.Laplace, .01, .01, 0, false),
        Mega("Path-X, chunks", 4, 64, 32, NormKind.Batch, AttentionActivation.Laplace, .01, .01, 0, false, chunk: 4096),
        Mega("Speech 10, chunks", 6, 60, 30, NormKind.Batch, AttentionActivation.Laplace, .01, .01, 0, false, chunk: 1000),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Architecture.Name} {Task}";

    private static PublishedConfiguration Lru(
        string task, int width, int states, double rMin, double rMax, double factor, double dropout, bool isTokens,
        bool isBidirectional = false, double maxPhase = 2 * Math.PI) => new(
        task, new Lru(),
        new Lru.Settings
        {
            DModel = width,
            NLayers = 6,
            DState = states,
            RMin = rMin,
            RMax = rMax,
            MaxPhase = maxPhase,
            Dropout = dropout,
            Bidirectional = isBidirectional,
            Norm = NormKind.Batch,
        },
        isTokens, 1e-3, factor * 1e-3, .05);

    private static PublishedConfiguration S5(
        string task, int layers, int width, int states, int blocks, S5CInit cInit, S5Activation activation, S5OptConfig optConfig, double factor,
        double ssmLr, double weightDecay, double dropout, bool isTokens, bool dtGlobal = false, bool clipEigs = false,
        double dtMin = 1e-3) => new(
        task, new S5(),
        new S5.Settings
        {
            DModel = width,
            NLayers = layers,
            DState = states,
            Blocks = blocks,
            CInit = cInit,
            Activation = activation,
            OptConfig = optConfig,
            DtGlobal = dtGlobal,
            ClipEigs = clipEigs,
            DtMin = dtMin,
            Dropout = dropout,
            Norm = NormKind.Batch,
        },
        isTokens, factor * ssmLr, ssmLr, weightDecay);

    // Values and the feed-forward's inner layer are twice as wide as the model.
    private static PublishedConfiguration Mega(
        string task, int layers, int width, int keys, NormKind norm, AttentionActivation activation, double lr, double weightDecay, double dropout, bool isTokens, int? chunk = null) => new(
        task, new Mega(),
        new Mega.Settings
        {
            DModel = width,
            NLayers = layers,
            DAttin = keys,
            DAttout = 2 * width,
            DFf = 2 * width,
            AttentionActivation = activation,
            Chunk = chunk,
            Dropout = dropout,
            Norm = norm,
            Prenorm = norm == NormKind.Batch,
        },
        isTokens, lr, lr, weightDecay);
}

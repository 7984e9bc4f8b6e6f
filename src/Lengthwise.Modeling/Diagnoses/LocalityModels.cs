using System.Reflection;
using Lengthwise.Diagnoses;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>
/// The models of a locality profile: a Transformer's recipe with windows of several sizes, with whole attention, and two floors of the same width and depth.
/// Windows are those of the Longformer without global steps: the same parameters, drawn alike, and a reach that does not depend on where a block begins.
/// </summary>
public static class LocalityModels
{
    private const int CnnTaps = 3;
    // With more steps, windows grow by four instead of by two.
    private const int ManySteps = 256;

    /// <summary>Windows that are tried unless others are asked for: 1, 2, 4, … below the length, or 1, 4, 16, … where that would be many.</summary>
    /// <param name="length">Steps of the longest sequence.</param>
    public static IReadOnlyList<int> DefaultWindows(int length)
    {
        int factor = length > ManySteps ? 4 : 2;
        var windows = new List<int>();
        for (long window = 1; window < length; window *= factor) windows.Add((int)window);
        return windows;
    }

    /// <summary>Makes the models.</summary>
    /// <param name="transformer">Recipe of a Transformer.</param>
    /// <param name="windows">Steps of the windows, each at least 1.</param>
    /// <param name="hasWhole">Whether whole attention is among them.</param>
    /// <param name="length">Steps of the longest sequence.</param>
    /// <exception cref="LengthwiseException">The recipe is not a Transformer's, or asks for what windows do not have.</exception>
    public static IReadOnlyList<(LocalityArm Arm, Recipe Recipe)> Of(Recipe transformer, IReadOnlyList<int> windows, bool hasWhole, int length)
    {
        if (transformer.Model is not Transformer.Settings own)
            throw new LengthwiseException(ExitCode.Usage, $"measuring locality: found a recipe of model '{transformer.ModelName}', expected 'transformer'", "name a preset that has a transformer.toml");
        if (own.Positions == PositionKind.Alibi)
            throw new LengthwiseException(ExitCode.Usage, "measuring locality: 'positions' is 'alibi', which windows do not have", "give --set model.positions=sinusoidal");
        Transformer.Settings whole = own with { BlockSize = null, NKvHeads = null };
        List<(LocalityArm, Recipe)> models =
        [
            Made(new LocalityArm("bag", LocalityKind.Bag, null, 1), transformer, "bag", BagOf(whole)),
            Made(new LocalityArm("cnn", LocalityKind.Convolution, null, Field(whole.NLayers, 2 * (CnnTaps - 1), length)), transformer, "cnn", CnnOf(whole)),
        ];
        foreach (int window in windows.Distinct().Order())
        {
            int others = whole.Bidirectional ? window - 1 : window - 1 - window / 2;
            models.Add(Made(
                new LocalityArm(FormattableString.Invariant($"window-{window}"), LocalityKind.Window, window, Field(whole.NLayers, others, length)), transformer, "longformer", WindowOf(whole, window)));
        }
        if (hasWhole) models.Add(Made(new LocalityArm("whole", LocalityKind.Whole, null, length), transformer, "transformer", whole));
        return models;
    }

    private static (LocalityArm, Recipe) Made(LocalityArm arm, Recipe basis, string model, ModelSettings settings) =>
        (arm, basis with { ModelName = model, Model = settings, Arm = (basis.Arm ?? new ArmLabels()) with { Model = arm.Name } });

    /// <summary>What an output of that many layers depends on, each of which adds so many steps.</summary>
    private static int Field(int layers, int added, int length) => (int)Math.Min(length, 1 + (long)layers * added);

    private static Longformer.Settings WindowOf(Transformer.Settings transformer, int window)
    {
        var settings = new Longformer.Settings { Window = window, NGlobal = 0 };
        foreach (PropertyInfo property in typeof(AttentionSettings).GetProperties(BindingFlags.Instance | BindingFlags.Public))
            if (property.SetMethod is { IsPublic: true }) property.SetValue(settings, property.GetValue(transformer));
        return settings;
    }

    private static Cnn.Settings CnnOf(Transformer.Settings transformer) => new()
    {
        DModel = transformer.DModel,
        NLayers = transformer.NLayers,
        Dropout = transformer.Dropout,
        Norm = transformer.Norm,
        Prenorm = transformer.Prenorm,
        Pooling = Pooled(transformer),
        Head = transformer.Head,
        HeadWidth = transformer.HeadWidth,
        Bidirectional = transformer.Bidirectional,
        KernelSize = CnnTaps,
        DilationGrowth = 1,
    };

    private static Bag.Settings BagOf(Transformer.Settings transformer) => new()
    {
        DModel = transformer.DModel,
        NLayers = transformer.NLayers,
        Dropout = transformer.Dropout,
        Head = transformer.Head,
        HeadWidth = transformer.HeadWidth,
    };

    // A token in front reaches a few steps of a convolution at most.
    private static PoolingKind Pooled(Transformer.Settings transformer) => transformer.Pooling == PoolingKind.Cls ? PoolingKind.Mean : transformer.Pooling;
}

using System.Globalization;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;

namespace Lengthwise.Benchmarks.Lengths;

/// <summary>One model on sequences of one length, in a process of its own.</summary>
/// <param name="Model">Name in the catalogue; its settings are the defaults but for width and depth, without dropout.</param>
/// <param name="Length">Steps of a sequence.</param>
/// <param name="Width">d_model.</param>
/// <param name="Layers">n_layers.</param>
/// <param name="Batch">Sequences of a step.</param>
/// <param name="Threads">Threads of libtorch and of the kernels.</param>
internal sealed record LengthCase(string Model, int Length, int Width, int Layers, int Batch, int Threads)
{
    /// <summary>Arguments of the hidden verb that measures it.</summary>
    public string[] Arguments =>
        [MeasureVerb, Model, .. ((int[])[Length, Width, Layers, Batch, Threads]).Select(n => n.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Name of that verb.</summary>
    public const string MeasureVerb = "measure-length";

    /// <summary>The settings of the model.</summary>
    public ModelSettings Settings => (ModelSettings)Activator.CreateInstance(ModelCatalog.Settings[Model])! with { DModel = Width, NLayers = Layers, Dropout = 0 };

    /// <summary>The case of <see cref="Arguments"/> without their verb.</summary>
    public static LengthCase Parse(string[] arguments)
    {
        int[] n = [.. arguments.Skip(1).Select(a => int.Parse(a, CultureInfo.InvariantCulture))];
        return new LengthCase(arguments[0], n[0], n[1], n[2], n[3], n[4]);
    }
}

using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Models;

/// <summary>An architecture: the layers of one depth, in order. One file each; found by <see cref="ModelCatalog"/>.</summary>
public abstract class ModelArchitecture
{
    /// <summary>Name in recipes, such as <c>s4d</c>.</summary>
    public abstract string Name { get; }

    /// <summary>One line for <c>lengthwise ls models</c>.</summary>
    public abstract string Summary { get; }

    /// <summary>Where it was published.</summary>
    public abstract string Citation { get; }

    /// <summary>Whether a pre-norm model of this architecture ends with one more norm; false where the published model has none.</summary>
    public virtual bool HasFinalNorm => true;

    /// <summary>Makes the residual branches of one depth, such as attention and feed-forward; the model adds norms and residuals.</summary>
    /// <param name="settings">The settings record that this architecture named.</param>
    /// <param name="depth">0 for the first.</param>
    /// <param name="maxLength">Longest sequence the model will see.</param>
    public abstract IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength);
}

/// <summary>Marks an architecture and names its settings record.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SequenceModelAttribute(string name, Type settings) : Attribute
{
    /// <summary>Name in recipes.</summary>
    public string Name { get; } = name;

    /// <summary>A record that derives from <see cref="ModelSettings"/>.</summary>
    public Type Settings { get; } = settings;
}

using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Models;

/// <summary>
/// An architecture: the layers of one depth, in order, or a body of its own. One file each; found by <see cref="ModelCatalog"/>.
/// </summary>
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

    /// <summary>
    /// Makes the residual branches of one depth, such as attention and feed-forward; the model adds encoder, norms, residuals and pooling.
    /// </summary>
    /// <param name="settings">The settings record that this architecture named.</param>
    /// <param name="depth">0 for the first.</param>
    /// <param name="maxLength">Longest sequence the model will see.</param>
    /// <returns>The branches; none from an architecture with a body.</returns>
    public virtual IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) => [];

    /// <summary>
    /// Makes everything between the input and the vector that the head reads, where that is no stack of residual branches of one length
    /// and width; null, as in most architectures, where it is.
    /// </summary>
    /// <remarks>
    /// The body has no output at every step, so its settings have an
    /// obstacle to pretraining (<see cref="ModelSettings.ObstacleTo"/>) and refuse what only the stack heeds.
    /// </remarks>
    /// <param name="settings">The settings record that this architecture named.</param>
    /// <param name="input">What the body reads.</param>
    public virtual SequenceBody? CreateBody(ModelSettings settings, ModelInput input) => null;
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

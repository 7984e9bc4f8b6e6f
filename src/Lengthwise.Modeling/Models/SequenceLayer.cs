using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>
/// One residual branch of a model: a sequence to a sequence of the same length and width. Padding neither leaks nor receives:
/// valid outputs do not depend on what stands behind the end of any sequence.
/// </summary>
public abstract class SequenceLayer(string name) : nn.Module<Tensor, Padding?, Tensor>(name)
{
    /// <summary>
    /// Names (relative to this layer) of parameters that take the state-space learning rate and no weight decay; none by default.
    /// </summary>
    public virtual IReadOnlyCollection<string> SsmParameterNames => [];

    /// <summary>
    /// Names (relative to this layer) of parameters that take the state-space learning rate and keep weight decay; none by default.
    /// </summary>
    public virtual IReadOnlyCollection<string> DecayedSsmParameterNames => [];

    /// <summary>Names (relative to this layer) of parameters that take the base learning rate and no weight decay; none by default.</summary>
    public virtual IReadOnlyCollection<string> UndecayedParameterNames => [];

    /// <summary>
    /// Whether the layer has norms and a residual of its own, so that the model puts none around it: gated updates such as
    /// x + phi * (h - x) cannot be written as x + f(norm(x)).
    /// </summary>
    public virtual bool OwnsResidual => false;

    /// <summary>Whether dropout on this branch drops a channel for the whole sequence instead of single values.</summary>
    public virtual bool TiesDropout => false;

    /// <summary>Whether <see cref="Step"/> computes the same function as <see cref="forward"/>; false for layers that see the future.</summary>
    public virtual bool HasStep => false;

    /// <summary>Maps a sequence to a sequence of the same length.</summary>
    /// <param name="u">Input, [B, L, D]. Not modified.</param>
    /// <param name="padding">Valid positions; null when every position is valid.</param>
    /// <returns>Output, [B, L, D]; the caller owns it. Values at padded positions are unspecified but finite.</returns>
    public abstract override Tensor forward(Tensor u, Padding? padding);

    /// <summary>
    /// Floating-point operations of a forward pass, counted from shapes by the rules of <see cref="FlopCount"/>: what a budget of operations is
    /// spent in, and what a benchmark divides by its time.
    /// </summary>
    /// <param name="batch">Sequences.</param>
    /// <param name="length">Steps of each, all valid.</param>
    public abstract double ForwardFlops(long batch, long length);

    /// <summary>residual + <see cref="forward"/>, for layers that can add while they write.</summary>
    /// <param name="residual">What is added, [B, L, D]. Not modified.</param>
    /// <param name="u">Input, [B, L, D]. Not modified.</param>
    /// <param name="padding">Valid positions; null when every position is valid.</param>
    /// <returns>The sum, [B, L, D]; the caller owns it.</returns>
    public virtual Tensor AddTo(Tensor residual, Tensor u, Padding? padding)
    {
        using Tensor output = forward(u, padding);
        return residual + output;
    }

    /// <summary>The state before the first step; the caller owns it.</summary>
    /// <param name="batch">Sequences that run side by side.</param>
    /// <exception cref="LengthwiseException">The layer has no recurrence.</exception>
    public virtual IReadOnlyList<Tensor> InitialState(long batch) => throw NoStep();

    /// <summary>One step of the recurrence, with dropout off: the same function as <see cref="forward"/>, for streaming.</summary>
    /// <param name="u">Input at this step, [B, D]. Not modified.</param>
    /// <param name="state">State after the previous step. Not modified.</param>
    /// <returns>Output [B, D] and the next state; the caller owns both.</returns>
    /// <exception cref="LengthwiseException">The layer has no recurrence, or a shape does not fit.</exception>
    public virtual (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state) => throw NoStep();

    /// <summary>Refuses a state of another number of parts.</summary>
    /// <exception cref="LengthwiseException">The number differs.</exception>
    protected void RequireParts(IReadOnlyList<Tensor> state, int parts)
    {
        if (!HasStep) throw NoStep();
        if (state.Count != parts)
            throw new LengthwiseException(
                ExitCode.Failed, $"{GetName()} step: found a state of {state.Count} parts, expected {parts}", "begin with InitialState of the same layer");
    }

    private LengthwiseException NoStep() => new(
        ExitCode.Failed,
        $"{GetName()} step: found a layer that is bidirectional, attends to the whole sequence or cuts its memory off, expected a causal recurrence",
        "set 'model.bidirectional' to false, or run the whole sequence at once");
}

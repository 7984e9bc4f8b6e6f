using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>
/// Multi-head attention of a sequence to itself: projections q, k, v and o, rotary positions if asked for, and between them
/// the mechanism that a model adds.
/// </summary>
/// <remarks>D = width, A = width of attention, g of h heads with keys of their own: q [A, D], k, v [A g / h, D], o [D, A], each with a bias.</remarks>
internal abstract class MultiHeadLayer : SequenceLayer
{
    private readonly Linear _q, _k, _v, _o;
    private readonly RotaryPositions? _rotary;
    private readonly int _keyWidth;

    /// <summary>Makes the projections, in the framework's initialisation.</summary>
    /// <param name="name">Name of the layer in messages.</param>
    /// <param name="settings">Sizes and positions.</param>
    /// <param name="maxLength">Longest sequence.</param>
    /// <param name="keyHeads">Heads of keys and values; as many as there are of queries, unless given.</param>
    protected MultiHeadLayer(string name, AttentionSettings settings, int maxLength, int? keyHeads = null) : base(name)
    {
        (Width, Heads, IsCausal) = (settings.DModel, settings.NHeads, !settings.Bidirectional);
        Inner = settings.AttentionWidth;
        int head = Inner / Heads;
        _keyWidth = head * (keyHeads ?? Heads);
        _rotary = settings.Positions == PositionKind.Rotary ? new RotaryPositions(head, maxLength) : null;
        register_module("q", _q = nn.Linear(Width, Inner));
        register_module("k", _k = nn.Linear(Width, _keyWidth));
        register_module("v", _v = nn.Linear(Width, _keyWidth));
        register_module("o", _o = nn.Linear(Inner, Width));
    }

    /// <summary>Width of the sequence, D.</summary>
    protected int Width { get; }

    /// <summary>Width of attention, A.</summary>
    protected int Inner { get; }

    /// <summary>Number of heads, h.</summary>
    protected int Heads { get; }

    /// <summary>Whether position t may only see positions up to t.</summary>
    protected bool IsCausal { get; }

    /// <summary>Whether queries and keys are turned by their position, which a single step does not know.</summary>
    protected bool IsRotary => _rotary is not null;

    /// <inheritdoc/>
    public sealed override double ForwardFlops(long batch, long length) =>
        FlopCount.Linear(batch * length, Width, 2.0 * (Inner + _keyWidth)) + AttendFlops(batch, length);

    /// <inheritdoc/>
    public sealed override Tensor forward(Tensor u, Padding? padding)
    {
        using var scope = NewDisposeScope();
        return Output(Mixed(u, padding)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public sealed override Tensor AddTo(Tensor residual, Tensor u, Padding? padding)
    {
        using var scope = NewDisposeScope();
        return FusedLinear.Apply(Mixed(u, padding), _o, residual: residual).MoveToOuterDisposeScope();
    }

    /// <summary>The mechanism. Runs inside a dispose scope of the caller's.</summary>
    /// <param name="q">Queries, [B, L, A], heads side by side, already rotated if positions are rotary.</param>
    /// <param name="k">Keys, [B, L, A g / h].</param>
    /// <param name="v">Values, [B, L, A g / h].</param>
    /// <param name="padding">Valid positions; null when every position is valid. Padded keys and values must be without effect.</param>
    /// <returns>[B, L, A]; finite where the query is padded.</returns>
    protected abstract Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding);

    /// <summary>Floating-point operations of the mechanism, what it does besides <see cref="Attend"/> included.</summary>
    protected abstract double AttendFlops(long batch, long length);

    /// <summary>What a mechanism does that needs more of the input than q, k and v; nothing, unless a model adds it.</summary>
    /// <param name="u">Input of the layer, [B, L, D].</param>
    /// <param name="attended">What <see cref="Attend"/> gave, [B, L, A].</param>
    /// <param name="padding">Valid positions; null when every position is valid.</param>
    /// <returns>[B, L, A], the input of o.</returns>
    protected virtual Tensor Complete(Tensor u, Tensor attended, Padding? padding) => attended;

    /// <summary>Queries or keys with rotary positions, if positions are rotary.</summary>
    protected Tensor Rotated(Tensor x) => _rotary is null ? x : _rotary.Rotate(x);

    /// <summary>Queries, keys and values of [B, L, D], rotated if positions are rotary.</summary>
    protected (Tensor Q, Tensor K, Tensor V) Project(Tensor u) => (Rotated(FusedLinear.Apply(u, _q)), Rotated(FusedLinear.Apply(u, _k)), FusedLinear.Apply(u, _v));

    /// <summary>The map from [B, L, A] back to [B, L, D].</summary>
    protected Tensor Output(Tensor mixed) => FusedLinear.Apply(mixed, _o);

    /// <summary>The input of o, [B, L, A].</summary>
    private Tensor Mixed(Tensor u, Padding? padding)
    {
        TensorShape.Require(u, $"input of {GetName()}", "B, L, D", TensorShape.Any, TensorShape.Any, Width);

        (Tensor q, Tensor k, Tensor v) = Project(u);
        return Complete(u, Attend(q, k, v, padding), padding);
    }

    /// <summary>[B, L, A] as [B, h, L, A / h].</summary>
    protected Tensor Split(Tensor x) => x.reshape(x.shape[0], x.shape[1], Heads, x.shape[2] / Heads).transpose(1, 2);

    /// <summary>[B, h, L, d] as [B, L, h d].</summary>
    protected static Tensor Join(Tensor x) => x.transpose(1, 2).flatten(2);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _rotary?.Dispose();
        base.Dispose(disposing);
    }
}

using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>Positions that are added to [B, L, D] after the encoder.</summary>
internal abstract class Positions(string name, int maxLength) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The added positions of that kind; null for none, and for rotary ones, which attention applies itself.</summary>
    public static Positions? Create(PositionKind kind, int width, int maxLength) => kind switch
    {
        PositionKind.Sinusoidal => new SinusoidalPositions(width, maxLength),
        PositionKind.Learned => new LearnedPositions(width, maxLength),
        _ => null,
    };

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        RequireLength(input.shape[1], maxLength);
        using Tensor table = Table(input);
        using Tensor rows = table.narrow(0, 0, input.shape[1]);
        return input + rows;
    }

    /// <summary>The whole table, [maxLength, D]; the caller disposes it.</summary>
    protected abstract Tensor Table(Tensor input);

    /// <summary>Refuses sequences that the table does not reach.</summary>
    internal static void RequireLength(long length, int maxLength)
    {
        if (length > maxLength)
            throw new LengthwiseException(
                ExitCode.Failed,
                $"positions: found a sequence of {length} steps, expected at most {maxLength}",
                "make the model for the longest sequence of the task");
    }
}

/// <summary>PE[p, 2i] = sin(p w_i), PE[p, 2i+1] = cos(p w_i), added without scaling the embedding (models.md section 1).</summary>
internal sealed class SinusoidalPositions(int width, int maxLength) : Positions(nameof(SinusoidalPositions), maxLength)
{
    private readonly PositionTable _table = new(() => Interleaved(width, maxLength));

    protected override Tensor Table(Tensor input) => _table.For(input.dtype, input.device).alias();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _table.Dispose();
        base.Dispose(disposing);
    }

    private static Tensor Interleaved(int width, int length)
    {
        Tensor angles = PositionTable.Angles(length, width);
        return stack([angles.sin(), angles.cos()], -1).flatten(1).narrow(1, 0, width).contiguous();
    }
}

/// <summary>A trained table that begins as N(0, 0.02²), the LRA code's choice.</summary>
internal sealed class LearnedPositions : Positions
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;

    public LearnedPositions(int width, int maxLength) : base(nameof(LearnedPositions), maxLength)
    {
        using Tensor initial = randn(maxLength, width).mul_(0.02);
        _weight = new Parameter(initial.clone());
        RegisterComponents();
    }

    protected override Tensor Table(Tensor input) => _weight.alias();
}

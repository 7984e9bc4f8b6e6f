using Lengthwise.Modeling.Data;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training.Objectives;

/// <summary>
/// Masked denoising: each valid position is masked independently with one probability, drawn anew at every access. A masked
/// token becomes <c>&lt;mask&gt;</c>; a masked value becomes 0 and a mask bit is appended as the last channel.
/// </summary>
public sealed class MaskedDenoising : Denoising
{
    private readonly double _ratio;

    /// <summary>Masks with that probability, in (0, 1).</summary>
    public MaskedDenoising(InputSpec input, SequenceSplit train, double ratio)
        : base(input, train) => _ratio = ratio;

    /// <inheritdoc/>
    public override ObjectiveBatch Prepare(Batch batch, RandomStream random)
    {
        using var scope = NewDisposeScope();
        long rows = batch.Input.shape[0], length = batch.Input.shape[1];
        float[] mask = new float[rows * length];
        var masked = new List<long>((int)(mask.Length * _ratio * 1.2) + 8);
        ReadOnlySpan<long> lengths = batch.Lengths.data<long>().ToArray();
        for (int row = 0; row < rows; row++)
            for (long step = 0; step < lengths[row]; step++)
            {
                if (random.NextDouble() >= _ratio) continue;
                long position = row * length + step;
                mask[position] = 1;
                masked.Add(position);
            }

        Tensor positions = tensor(masked, ScalarType.Int64);
        Tensor target = At(batch.Input, positions);
        Tensor maskBit = tensor(mask).reshape(rows, length);
        Tensor input = batch.Input.dtype == ScalarType.Int64
            ? batch.Input.masked_fill(maskBit.to_type(ScalarType.Bool), TokenInput.MaskId)
            : cat([batch.Input * (1 - maskBit).unsqueeze(-1), maskBit.unsqueeze(-1)], -1);
        return new ObjectiveBatch(input.MoveToOuterDisposeScope(), target.MoveToOuterDisposeScope(), positions.MoveToOuterDisposeScope());
    }
}

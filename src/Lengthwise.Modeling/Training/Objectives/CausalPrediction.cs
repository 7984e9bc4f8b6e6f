using Lengthwise.Modeling.Data;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training.Objectives;

/// <summary>Next-step prediction: the target at step t is the input at step t + 1; the last valid step has none. Nothing is masked.</summary>
public sealed class CausalPrediction(InputSpec input, SequenceSplit train) : Denoising(input, train)
{
    /// <inheritdoc/>
    public override ObjectiveBatch Prepare(Batch batch, RandomStream random)
    {
        using var scope = NewDisposeScope();
        long length = batch.Input.shape[1];
        var predicted = new List<long>((int)batch.ValidTokens);
        long[] lengths = batch.Lengths.data<long>().ToArray();
        for (int row = 0; row < lengths.Length; row++)
            for (long step = 0; step + 1 < lengths[row]; step++) predicted.Add(row * length + step);

        Tensor positions = tensor(predicted, ScalarType.Int64);
        Tensor target = At(batch.Input, positions + 1);
        return new ObjectiveBatch(batch.Input.alias().MoveToOuterDisposeScope(), target.MoveToOuterDisposeScope(), positions.MoveToOuterDisposeScope());
    }
}

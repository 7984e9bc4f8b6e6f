using Lengthwise.Modeling.Data;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training.Objectives;

/// <summary>
/// What masked and causal self-pretraining share: a target at some positions, scored by cross-entropy over the vocabulary
/// (tokens) or by absolute error (real channels). Protocol: arXiv 2310.02980, section 2 and appendix C.
/// </summary>
public abstract class Denoising : Objective
{
    private readonly InputSpec _input;

    /// <summary>Learns from that kind of input what guessing would score.</summary>
    private protected Denoising(InputSpec input, SequenceSplit train)
    {
        _input = input;
        LossOfGuessing = input is TokenInput tokens
            ? Guessing.SymbolEntropy(train, tokens.Vocabulary.Count)
            : Guessing.MeanAbsoluteDeviation(train);
    }

    /// <inheritdoc/>
    public override string Metric => _input is TokenInput ? "accuracy" : "mae";

    /// <inheritdoc/>
    public override bool HigherIsBetter => _input is TokenInput;

    /// <inheritdoc/>
    public override double LossOfGuessing { get; }

    /// <inheritdoc/>
    public override ObjectiveLoss? Score(Tensor output, ObjectiveBatch prepared)
    {
        long count = prepared.Positions!.shape[0];
        if (count == 0) return null;
        Tensor predicted = output.flatten(0, 1).index_select(0, prepared.Positions);
        if (_input is TokenInput)
        {
            Tensor loss = nn.functional.cross_entropy(predicted, prepared.Target);
            using Tensor correct = predicted.detach().argmax(1).eq(prepared.Target).sum();
            return new ObjectiveLoss(loss, loss.item<float>() * (double)count, correct.item<long>(), count);
        }

        Tensor error = nn.functional.l1_loss(predicted, prepared.Target);
        double sum = error.item<float>() * (double)count;
        return new ObjectiveLoss(error, sum, sum, count);
    }

    /// <summary>Values of the batch's input at flattened positions: [n] ids or [n, C] values.</summary>
    private protected static Tensor At(Tensor input, Tensor positions)
    {
        using Tensor flat = input.flatten(0, 1);
        return flat.index_select(0, positions);
    }
}

using Lengthwise.Experiments;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training;

/// <summary>
/// Moves pretrained weights into a fresh model (spt-protocol section 7): the decoder stays behind, a linear encoder loses its
/// mask column, everything else must match by name and shape. Every tensor is accounted for; a surprise is an error.
/// </summary>
public static class Transfer
{
    private const string Decoder = "decoder.";
    private const string EncoderWeight = "encoder.weight";

    /// <summary>Copies into <paramref name="target"/> and names what became of every tensor.</summary>
    /// <param name="source">State of the pretrained model by name.</param>
    /// <param name="target">State of the model to fine-tune by name; overwritten in place.</param>
    /// <param name="hasMaskColumn">Whether the pretrained encoder has one more input column, the mask bit.</param>
    /// <exception cref="LengthwiseException">A tensor is missing, unexpected, or of another shape.</exception>
    public static TransferSummary Apply(
        IReadOnlyDictionary<string, Tensor> source, IReadOnlyDictionary<string, Tensor> target, bool hasMaskColumn)
    {
        var transferred = new List<string>();
        var fresh = new List<string>();
        var problems = new List<string>();
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach ((string name, Tensor to) in target)
        {
            if (name.StartsWith(Decoder, StringComparison.Ordinal))
            {
                fresh.Add(name);
                continue;
            }
            if (!source.TryGetValue(name, out Tensor? from))
            {
                problems.Add($"'{name}' is not in the pretrained model");
                continue;
            }
            Tensor kept = hasMaskColumn && name == EncoderWeight && from.dim() == 2 ? from.narrow(1, 0, from.shape[1] - 1) : from;
            if (!kept.shape.SequenceEqual(to.shape))
            {
                problems.Add($"'{name}' has shape [{string.Join(", ", kept.shape)}] after pretraining, expected [{string.Join(", ", to.shape)}]");
                continue;
            }
            to.copy_(kept);
            transferred.Add(name);
        }

        List<string> left = [.. source.Keys.Except(transferred)];
        problems.AddRange(left.Where(n => !n.StartsWith(Decoder, StringComparison.Ordinal) && !target.ContainsKey(n))
            .Select(n => $"'{n}' of the pretrained model has no place in the model to fine-tune"));
        if (problems.Count > 0)
            throw new LengthwiseException(
                ExitCode.Failed,
                $"transferring pretrained weights: {string.Join("; ", problems)}",
                "both phases must build the same model; only the decoder and the mask column may differ");
        return new TransferSummary(transferred, fresh, left);
    }
}

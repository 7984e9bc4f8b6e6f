using Lengthwise.Modeling.Models;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>Questions to networks with gates, which libtorch computes: the recurrence written out is the other route.</summary>
public abstract class GatedRecurrenceTestSuite<T> : RecurrentModelTestSuite<T> where T : ModelArchitecture, new()
{
    /// <summary>States [6] of one direction by the formulas of the article.</summary>
    /// <param name="p">Parameters by name.</param>
    /// <param name="prefix">Of the direction.</param>
    /// <param name="steps">Inputs [8].</param>
    protected abstract Tensor[] WrittenOut(Dictionary<string, Tensor> p, string prefix, Tensor[] steps);

    [Fact]
    public void Both_directions_equal_the_written_out_recurrence_from_each_end_of_every_sequence()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var layer = (SequenceLayer)new T().CreateLayers(Small(true), 0, 64)[0].to(ScalarType.Float64);
        Dictionary<string, Tensor> p = layer.named_parameters().ToDictionary(x => x.name, x => (Tensor)x.parameter);
        Tensor u = randn([2, 7, 8], ScalarType.Float64);
        using Padding padding = PaddingOf([7, 4], 7);

        Tensor found = layer.forward(u, padding);

        for (int row = 0; row < 2; row++)
        {
            int length = row == 0 ? 7 : 4;
            Tensor[] forwards = WrittenOut(p, "rnn.", [.. Enumerable.Range(0, length).Select(t => u[row, t])]);
            Tensor[] backwards = WrittenOut(p, "rnn_reverse.", [.. Enumerable.Range(0, length).Reverse().Select(t => u[row, t])]);
            for (int t = 0; t < length; t++)
            {
                Tensor expected = matmul(p["out.weight"], cat([forwards[t], backwards[length - 1 - t]])) + p["out.bias"];
                Assert.True(allclose(expected, found[row, t], rtol: 1e-10, atol: 1e-12), $"row {row}, step {t}");
            }
        }
    }
}

using Lengthwise.Modeling.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>The further questions of models whose causal form runs step by step.</summary>
public abstract class RecurrentModelTestSuite<T> : ModelTestSuite<T> where T : ModelArchitecture, new()
{
    /// <summary>Published bar: difference over 16,384 steps, relative to the largest output.</summary>
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(64)]
    public void Single_steps_equal_the_whole_sequence(int length)
    {
        using var outer = NewDisposeScope();
        foreach (SequenceLayer layer in Causal(64))
        {
            using SequenceLayer owned = layer;
            using var scope = NewDisposeScope();
            layer.to(ScalarType.Float64);
            Tensor u = randn([3, length, 8], ScalarType.Float64);

            Tensor whole = layer.forward(u, null);

            IReadOnlyList<Tensor> state = layer.InitialState(3);
            for (int t = 0; t < length; t++)
            {
                (Tensor step, state) = layer.Step(u.select(1, t), state);
                Assert.True(allclose(whole.select(1, t), step, rtol: 1e-9, atol: 1e-10), $"step {t}");
            }
        }
    }

    [Fact]
    public void Sixteen_thousand_single_steps_stay_close_to_the_whole_sequence()
    {
        const int length = 16_384;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using SequenceLayer layer = Causal(length)[0];
        Tensor u = randn(1, length, 8);

        Tensor whole = layer.forward(u, null);

        Tensor steps = empty_like(whole);
        IReadOnlyList<Tensor> state = layer.InitialState(1);
        for (int t = 0; t < length; t++)
        {
            using var inner = NewDisposeScope();
            (Tensor step, IReadOnlyList<Tensor> next) = layer.Step(u.select(1, t), state);
            steps[0, t] = step[0];
            foreach (Tensor part in state) part.Dispose();
            state = [.. next.Select(part => part.MoveToOuterDisposeScope())];
        }
        Assert.InRange(((whole - steps).abs().max() / whole.abs().max()).item<float>(), 0, Tolerance);
    }

    [Fact]
    public void Single_steps_leave_no_tensors_behind_and_change_no_earlier_state()
    {
        using var scope = NewDisposeScope();
        using SequenceLayer layer = Causal(64)[0];
        using Tensor u = randn(2, 8);
        long before = Tensor.TotalCount;

        IReadOnlyList<Tensor> start = layer.InitialState(2);
        (Tensor first, IReadOnlyList<Tensor> next) = layer.Step(u, start);
        (Tensor second, IReadOnlyList<Tensor> last) = layer.Step(u, next);
        (Tensor again, IReadOnlyList<Tensor> other) = layer.Step(u, start);

        using (Tensor equal = first.equal(again), all = equal.all()) Assert.True(all.item<bool>());
        using (Tensor equal = first.equal(second), all = equal.all()) Assert.False(all.item<bool>());
        foreach (Tensor tensor in (Tensor[])[first, second, again, .. start, .. next, .. last, .. other]) tensor.Dispose();
        // Fewer when the collector meanwhile frees what another test left.
        Assert.InRange(Tensor.TotalCount, 0, before);
    }

    [Fact]
    public void Single_steps_refuse_what_does_not_fit()
    {
        using var scope = NewDisposeScope();
        using SequenceLayer layer = Causal(64)[0];
        IReadOnlyList<Tensor> state = layer.InitialState(2);

        Assert.Throws<LengthwiseException>(() => layer.Step(randn(2, 9), state));
        Assert.Throws<LengthwiseException>(() => layer.Step(randn(2, 8), [.. state, state[0]]));
    }

    private IReadOnlyList<SequenceLayer> Causal(int maxLength)
    {
        random.manual_seed(2);
        IReadOnlyList<SequenceLayer> layers = new T().CreateLayers(Small(false), 0, maxLength);
        foreach (SequenceLayer layer in layers) layer.eval();
        return layers;
    }
}

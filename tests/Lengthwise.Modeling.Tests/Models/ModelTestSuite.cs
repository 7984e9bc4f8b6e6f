using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Kernels;
using Lengthwise.Recipes;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>The questions of every stack of residual branches; a new one inherits them.</summary>
public abstract class ModelTestSuite<T> : AnyModelTestSuite<T> where T : ModelArchitecture, new()
{
    /// <inheritdoc/>
    protected override ModelSettings Stateful => Small(true) with { Norm = NormKind.Batch };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    [InlineData(60)]
    public void Forward_gives_one_row_per_step(int length)
    {
        using var scope = NewDisposeScope();
        using SequenceModel each = Create(new ModelInput.Reals(2, HasMaskBit: true), new ModelOutput.PerPosition(2), Small(!HasCausalForm));

        Tensor steps = each.forward(randn(3, length, 3), null);

        Assert.Equal([3, length, 2], steps.shape);
        Assert.True(steps.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(false, NormKind.Layer, false)]
    [InlineData(true, NormKind.Batch, true)]
    [InlineData(true, NormKind.None, true)]
    public void Gradients_equal_finite_differences_under_every_norm(bool bidirectional, NormKind norm, bool prenorm)
    {
        SkipWithoutCausalForm(bidirectional);
        CheckGradients(Small(bidirectional) with { Norm = norm, Prenorm = prenorm });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Branches_computed_again_give_the_same_output_gradients_and_state(bool isPadded)
    {
        using var scope = NewDisposeScope();

        OneStep kept = Step(ActivationMemory.Kept, isPadded), again = Step(ActivationMemory.Recomputed, isPadded);

        KernelComparison.AssertSameBits([kept.Output, kept.Drawn, .. kept.State], [again.Output, again.Drawn, .. again.State]);
        Assert.All(kept.Gradients.Zip(again.Gradients), pair => Assert.True(KernelComparison.RelativeError(pair.Second, pair.First.to_type(ScalarType.Float64)) < 1e-5));
    }

    [Fact]
    public void Inputs_kept_in_sixteen_bits_round_gradients_and_nothing_else()
    {
        using var scope = NewDisposeScope();

        OneStep kept = Step(ActivationMemory.Kept, isPadded: false), rounded = Step(ActivationMemory.RecomputedBfloat16, isPadded: false);

        Tensor Joint(OneStep step) => cat([.. step.Gradients.Select(g => g.to_type(ScalarType.Float64).flatten())]);
        KernelComparison.AssertSameBits([kept.Output, kept.Drawn, .. kept.State], [rounded.Output, rounded.Drawn, .. rounded.State]);
        Assert.InRange(KernelComparison.RelativeError(Joint(rounded), Joint(kept)), 1e-9, 0.1);
    }

    [Fact]
    public void Causal_model_ignores_the_future()
    {
        SkipWithoutCausalForm(bidirectional: false);
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Reals, new ModelOutput.PerPosition(2), Small(false)).Double();

        Tensor influence = Influence(model, 9);

        Assert.InRange(influence.triu(1).max().item<double>(), 0, 1e-12);
        Assert.True(influence.tril().sum(1).min().item<double>() > 1e-6);
        Assert.True(influence[8, 0].item<double>() > 1e-9);
    }

    [Fact]
    public void Bidirectional_model_sees_both_ends_from_everywhere()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Reals, new ModelOutput.PerPosition(2), Small(true)).Double();

        Tensor influence = Influence(model, 9);

        Assert.True(influence.min().item<double>() > 1e-9);
    }

    [Theory]
    [InlineData(true, PoolingKind.Cls)]
    [InlineData(false, PoolingKind.Last)]
    public void Batch_companions_change_nothing_in_the_other_forms(bool bidirectional, PoolingKind pooling)
    {
        SkipWithoutCausalForm(bidirectional);
        CheckCompanions(Small(bidirectional) with { Pooling = pooling });
    }

    [Theory]
    [InlineData(false, NormKind.Layer)]
    [InlineData(true, NormKind.Batch)]
    public void What_stands_behind_the_end_changes_no_bit_in_the_other_forms(bool bidirectional, NormKind norm)
    {
        SkipWithoutCausalForm(bidirectional);
        CheckPadding(Small(bidirectional) with { Norm = norm });
    }

    [Fact]
    public void Rows_without_a_valid_step_stay_finite_behind_a_token_in_front() => CheckEmptyRows(Stateful with { Pooling = PoolingKind.Cls });

    [Fact]
    public void Single_steps_of_a_bidirectional_model_are_refused()
    {
        using var scope = NewDisposeScope();
        IReadOnlyList<SequenceLayer> layers = new T().CreateLayers(Small(true), 0, 64);

        Assert.Contains(layers, layer => !layer.HasStep);
        foreach (SequenceLayer layer in layers)
        {
            if (!layer.HasStep) Assert.Throws<LengthwiseException>(() => layer.InitialState(1));
            layer.Dispose();
        }
    }

    [Fact]
    public void Running_statistics_of_batch_norm_are_part_of_the_state()
    {
        using SequenceModel model = Create(Tokens, new ModelOutput.Pooled(5), Stateful);

        Assert.Contains(model.State, s => s.Name.StartsWith("layers.0.0.", StringComparison.Ordinal) && s.Name.EndsWith("norm.running_mean", StringComparison.Ordinal));
    }

    private void SkipWithoutCausalForm(bool bidirectional) => Assert.SkipUnless(bidirectional || HasCausalForm, "the model has no causal form");

    /// <summary>Entry (t, s): size of the derivative of output t by input s.</summary>
    private static Tensor Influence(SequenceModel model, int length)
    {
        Tensor influence = zeros(length, length, ScalarType.Float64);
        Tensor values = randn([1, length, 2], ScalarType.Float64);
        for (int t = 0; t < length; t++)
        {
            Tensor input = values.clone().requires_grad_();
            model.forward(input, null)[0, t].sum().backward();
            influence[t] = input.grad![0].abs().sum(-1);
        }
        return influence;
    }

    // With dropout and with statistics that a second pass could move a second time.
    private OneStep Step(ActivationMemory activations, bool isPadded)
    {
        using SequenceModel model = Create(Tokens, new ModelOutput.Pooled(5), Stateful with { Dropout = 0.3 });
        model.Activations = activations;
        using Padding? padding = isPadded ? PaddingOf([20, 13, 4], 20) : null;
        Tensor input = randint(0, 11, [3, 20], ScalarType.Int64);
        random.manual_seed(12);
        Tensor output = model.forward(input, padding);
        output.sin().sum().backward();
        BackwardFault.Rethrow();
        return new OneStep(
            output.detach(), randn(3), [.. model.TrainableParameters.Select(p => p.Tensor.grad?.clone() ?? zeros(1))], [.. model.State.Select(s => s.Tensor.detach().clone())]);
    }

    private sealed record OneStep(Tensor Output, Tensor Drawn, Tensor[] Gradients, Tensor[] State);
}

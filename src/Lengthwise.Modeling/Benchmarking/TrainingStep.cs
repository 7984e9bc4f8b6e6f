using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>One training step over and over: forward, backward and optimizer, on random tokens of full length. It owns its model.</summary>
public sealed class TrainingStep : IDisposable
{
    private const int Vocabulary = 16, Classes = 10, Seed = 3;
    private const double Rate = 1e-3, WeightDecay = 0.01;
    private readonly nn.Module _model;
    private readonly Func<Tensor, Tensor> _forward;
    private readonly Tensor _tokens, _labels;
    private readonly AdamW? _own;
    private readonly optim.Optimizer? _plain;
    private readonly StepFormulation _formulation;

    private TrainingStep(nn.Module model, Func<Tensor, Tensor> forward, SequenceModel? sequence, int batch, int length, StepFormulation formulation)
    {
        (_model, _forward, _formulation) = (model, forward, formulation);
        _tokens = randint(Vocabulary, [batch, length], ScalarType.Int64).DetachFromDisposeScope();
        _labels = randint(Classes, [batch], ScalarType.Int64).DetachFromDisposeScope();
        if (formulation == StepFormulation.Own) _own = new AdamW(sequence!.TrainableParameters, 0.9, 0.999, 1e-8, WeightDecay);
        else _plain = optim.AdamW(_model.parameters(), lr: Rate, weight_decay: WeightDecay);
        Flops = sequence?.TrainingFlops(batch, length) ?? 0;
        Parameters = _model.parameters().Sum(p => p.numel());
    }

    /// <summary>Makes model, data and optimizer; calls of the same arguments make equal ones.</summary>
    /// <param name="c">Model and shape.</param>
    /// <param name="formulation">Whose formulation; the caller forces the route.</param>
    public static TrainingStep Of(StepCase c, StepFormulation formulation)
    {
        ArgumentNullException.ThrowIfNull(c);
        if (formulation != StepFormulation.NaiveAttention) return Of(c.Model, c.Settings(), c.Batch, c.Length, formulation, formulation == StepFormulation.Own ? c.Activations : ActivationMemory.Kept);
        random.manual_seed(Seed);
        var naive = new NaiveTransformer(c, Vocabulary, Classes);
        return new TrainingStep(naive, naive.forward, null, c.Batch, c.Length, formulation);
    }

    /// <summary>Makes a step of a model with any settings.</summary>
    /// <param name="model">Name in the catalogue.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="length">Steps of each.</param>
    /// <param name="formulation">Whose optimizer steps, and how scans are written down.</param>
    /// <param name="activations">What stays in memory between the way forward and the way back.</param>
    public static TrainingStep Of(
        string model, ModelSettings settings, int batch, int length, StepFormulation formulation, ActivationMemory activations = ActivationMemory.Kept)
    {
        random.manual_seed(Seed);
        SequenceModel sequence = SequenceModel.Create(ModelCatalog.Create(model), settings, new ModelInput.Tokens(Vocabulary), new ModelOutput.Pooled(Classes), length);
        sequence.Activations = activations;
        return new TrainingStep(sequence, tokens => sequence.forward(tokens, null), sequence, batch, length, formulation);
    }

    /// <summary>Floating-point operations of a step, counted from shapes; 0 for a model that is no <see cref="SequenceModel"/>.</summary>
    public double Flops { get; }

    /// <summary>Trained values.</summary>
    public long Parameters { get; }

    /// <summary>Runs one step.</summary>
    public void Run()
    {
        using IDisposable? forced = _formulation == StepFormulation.FourierScan ? Kernels.FourierScan.Use() : null;
        using var scope = NewDisposeScope();
        if (_own is null) _plain!.zero_grad();
        else _own.ZeroGradients();
        nn.functional.cross_entropy(_forward(_tokens), _labels).backward();
        BackwardFault.Rethrow();
        if (_own is null) _plain!.step();
        else _own.Step(Rate, Rate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _own?.Dispose();
        _plain?.Dispose();
        _model.Dispose();
        _tokens.Dispose();
        _labels.Dispose();
    }
}

/// <summary>How a step is written down.</summary>
public enum StepFormulation
{
    /// <summary>As training runs it: the model by the route in force, with the trainer's optimizer.</summary>
    Own,

    /// <summary>The same model by libtorch's operations, with libtorch's optimizer: the fastest plain formulation known, see each kernel's <c>ApplyLibtorch</c>.</summary>
    Plain,

    /// <summary>A Transformer that forms all weights between positions, by libtorch's operations; see <see cref="Benchmarking.NaiveTransformer"/>.</summary>
    NaiveAttention,

    /// <summary>As <see cref="Plain"/>, with scans by Fourier transforms instead of log2(L) passes; for models that scan.</summary>
    FourierScan,
}

using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Hears of a layer on the way through a model.</summary>
/// <param name="place">Its name in the model, such as <c>layers.0.0</c>.</param>
/// <param name="layer">The layer.</param>
/// <param name="input">What it reads, [B, L, D]; not owned.</param>
/// <param name="padding">Valid positions; null when every position is valid.</param>
internal delegate void LayerVisitor(string place, SequenceLayer layer, Tensor input, Padding? padding);

/// <summary>
/// A whole model: encoder, positions, the architecture's layers with norms and residuals, final norm, pooling and head
/// (spt-protocol sections 5 and 6).
/// </summary>
/// <remarks>
/// Names, which are the checkpoint format: <c>cls</c> (only with that pooling), <c>encoder.*</c>, <c>positions.*</c>, <c>layers.{depth}.{branch}.norm.*</c>,
/// <c>layers.{depth}.{branch}.layer.*</c>, <c>norm.*</c> (pre-norm only, if the architecture has it),
/// <c>decoder.*</c>; where the architecture brings a body, only <c>body.*</c> and <c>decoder.*</c>.
/// Initial values come from libtorch's generator, as its modules draw them.
/// </remarks>
public sealed class SequenceModel : nn.Module<Tensor, Padding?, Tensor>
{
    private readonly ModelInput _input;
    private readonly ModelOutput _output;
    private readonly PoolingKind _pooling;
    private readonly int _width;
    private readonly SequenceBody? _body;
    private readonly nn.Module<Tensor, Tensor>? _encoder;
    private readonly Parameter? _cls;
    private readonly Positions? _positions;
    private readonly ModuleList<ModuleList<ResidualBranch>> _layers = [];
    private readonly SequenceNorm? _norm;
    private readonly nn.Module<Tensor, Tensor> _decoder;
    private ActivationMemory _activations;

    private SequenceModel(ModelArchitecture architecture, ModelSettings settings, ModelInput input, ModelOutput output, int maxLength)
        : base(architecture.Name)
    {
        _input = input;
        _output = output;
        _pooling = settings.Pooling;
        _width = settings.DModel;
        if (architecture.CreateBody(settings, input) is { } body)
        {
            register_module("body", _body = body);
            register_module("decoder", _decoder = Decoder(output, settings));
            return;
        }
        _encoder = Encoder(input, settings.DModel);
        if (_pooling == PoolingKind.Cls)
        {
            // Zero at first, as in Long Range Arena's code: its position and the layers' biases make it differ.
            register_parameter("cls", _cls = new Parameter(zeros(settings.DModel)));
            maxLength++;
        }
        _positions = Positions.Create(settings.Positions, settings.DModel, maxLength);
        for (int depth = 0; depth < settings.NLayers; depth++)
        {
            ModuleList<ResidualBranch> branches = [];
            foreach (SequenceLayer layer in architecture.CreateLayers(settings, depth, maxLength))
                branches.Add(new ResidualBranch(layer, settings));
            _layers.Add(branches);
        }
        _norm = settings.Prenorm && architecture.HasFinalNorm ? SequenceNorm.Create(settings.Norm, settings.DModel) : null;
        _decoder = Decoder(output, settings);

        register_module("encoder", _encoder);
        if (_positions is not null) register_module("positions", _positions);
        register_module("layers", _layers);
        if (_norm is not null) register_module("norm", _norm);
        register_module("decoder", _decoder);
    }

    /// <summary>Makes a model with freshly drawn parameters, in training mode. It owns its tensors until it is disposed.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="settings">The settings record that it named.</param>
    /// <param name="input">What the encoder reads.</param>
    /// <param name="output">What the decoder gives.</param>
    /// <param name="maxLength">Longest sequence the model will see.</param>
    /// <exception cref="LengthwiseException">The settings contradict each other.</exception>
    public static SequenceModel Create(
        ModelArchitecture architecture, ModelSettings settings, ModelInput input, ModelOutput output, int maxLength)
    {
        string[] problems = [.. settings.Validate(), .. OutputProblems(settings, output)];
        if (problems.Length > 0)
            throw new LengthwiseException(
                ExitCode.Usage, $"settings of model '{architecture.Name}': {string.Join("; ", problems)}", "correct [model]");

        using var scope = NewDisposeScope();
        var model = new SequenceModel(architecture, settings, input, output, maxLength);
        foreach ((_, Tensor tensor) in model.State) tensor.DetachFromDisposeScope();
        return model;
    }

    /// <summary>Trained tensors with their names, in an order that only depends on the settings.</summary>
    public IReadOnlyList<TrainedParameter> TrainableParameters
    {
        get
        {
            HashSet<string> ssm = Names(layer => layer.SsmParameterNames), decayed = Names(layer => layer.DecayedSsmParameterNames);
            HashSet<string> undecayed = Names(layer => layer.UndecayedParameterNames);
            return [.. named_parameters().Where(p => p.parameter.requires_grad).Select(p => new TrainedParameter(
                p.name, p.parameter, IsSsm: ssm.Contains(p.name) || decayed.Contains(p.name),
                HasDecay: !ssm.Contains(p.name) && !undecayed.Contains(p.name)))];
        }
    }

    /// <summary>
    /// Everything a checkpoint holds: parameters, then buffers such as running statistics, in a fixed order. Owned by the model.
    /// </summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> State =>
        [.. named_parameters().Select(p => (p.name, (Tensor)p.parameter)), .. named_buffers().Select(b => (b.name, b.buffer))];

    /// <summary>Number of trained values.</summary>
    public long ParameterCount => TrainableParameters.Sum(p => p.Tensor.numel());

    /// <summary>What stays in memory between the way forward and the way back of training.</summary>
    /// <exception cref="LengthwiseException">No branch of this model can be computed from its input alone.</exception>
    public ActivationMemory Activations
    {
        get => _activations;
        set
        {
            if (value != ActivationMemory.Kept && !_layers.SelectMany(branches => branches).Any(RecomputedBranch.Suits))
                throw new LengthwiseException(
                    ExitCode.Usage, $"model '{GetName()}': found 'run.activations = \"{Naming.ToKey(value)}\"', but none of its layers can be computed again from its input alone",
                    "leave 'run.activations' out");
            _activations = value;
        }
    }

    /// <summary>Floating-point operations of a forward pass, counted from shapes.</summary>
    /// <param name="batch">Sequences; both of a pair count.</param>
    /// <param name="length">Steps of each, all valid.</param>
    public double ForwardFlops(long batch, long length)
    {
        double head = _output switch
        {
            ModelOutput.PerPosition => batch * length,
            ModelOutput.Paired => batch / 2.0,
            _ => batch,
        } * 2.0 * _decoder.parameters().Where(p => p.dim() == 2).Sum(p => p.numel());
        if (_body is not null) return _body.ForwardFlops(batch, length) + head;

        double encoder = _input is ModelInput.Reals reals ? FlopCount.Linear(batch * length, reals.Width, _width) : 0;
        long steps = _cls is null ? length : length + 1;
        return encoder + _layers.SelectMany(branches => branches).Sum(branch => branch.Layer.ForwardFlops(batch, steps)) + head;
    }

    /// <summary>
    /// Floating-point operations of a training step without the optimizer: three forward passes, since every product has a gradient for
    /// either factor. What is computed again to save memory is not counted.
    /// </summary>
    /// <inheritdoc cref="ForwardFlops"/>
    public double TrainingFlops(long batch, long length) => FlopCount.TrainingPerForward * ForwardFlops(batch, length);

    /// <summary>Runs the model.</summary>
    /// <param name="input">[B, L] int64 or [B, L, C] as constructed. Not modified.</param>
    /// <param name="padding">Valid positions; null when every position is valid.</param>
    /// <returns>[B, n], [B / 2, n] for pairs or [B, L, n], as constructed; the caller owns it.</returns>
    /// <exception cref="LengthwiseException">The input has another shape or type.</exception>
    public override Tensor forward(Tensor input, Padding? padding)
    {
        RequireInput(input, padding);

        using var scope = NewDisposeScope();
        Tensor x = _body is null ? Stacked(input, padding) : _body.forward(input, padding);
        if (_output is ModelOutput.Paired) x = Replace(x, PairFeatures(x));
        return _decoder.forward(x).MoveToOuterDisposeScope();
    }

    /// <summary>Shows every layer with its input on the way through the model; nothing, where the architecture brings a body of its own.</summary>
    /// <param name="input">As in <see cref="forward"/>.</param>
    /// <param name="padding">As in <see cref="forward"/>.</param>
    /// <param name="visit">Called for each layer, in their order, inside a dispose scope.</param>
    internal void Visit(Tensor input, Padding? padding, LayerVisitor visit)
    {
        RequireInput(input, padding);
        if (_body is not null) return;
        using var scope = NewDisposeScope();
        Sequence(input, padding, visit).Dispose();
    }

    /// <summary>What the head reads of a stack of residual branches: [B, D], or [B, L, D] for outputs at every step.</summary>
    private Tensor Stacked(Tensor input, Padding? padding)
    {
        Tensor x = Sequence(input, padding, null);
        if (_output is not ModelOutput.PerPosition) return Replace(x, Pooling.Apply(_pooling, x, padding));
        return _cls is null ? x : Replace(x, x.narrow(1, 1, input.shape[1]));
    }

    /// <summary>What is pooled: [B, L, D], or with a class token in front [B, L + 1, D].</summary>
    private Tensor Sequence(Tensor input, Padding? padding, LayerVisitor? visit)
    {
        Tensor x = _encoder!.forward(input);
        if (_cls is null) return Encoded(x, padding, visit);
        using Padding? longer = Padding.WithStepInFront(padding);
        return Encoded(Replace(x, cat([_cls.expand(x.shape[0], 1, -1), x], 1)), longer, visit);
    }

    private Tensor Encoded(Tensor x, Padding? padding, LayerVisitor? visit)
    {
        if (_positions is not null) x = Replace(x, _positions.forward(x));
        Tensor? carried = null;
        for (int depth = 0; depth < _layers.Count; depth++)
            for (int place = 0; place < _layers[depth].Count; place++)
            {
                ResidualBranch branch = _layers[depth][place];
                if (visit is not null) Show(visit, FormattableString.Invariant($"layers.{depth}.{place}"), branch, x, padding);
                bool isRecomputed = training && _activations != ActivationMemory.Kept && RecomputedBranch.Suits(branch);
                x = Replace(x, isRecomputed
                    ? RecomputedBranch.Apply(branch, x, padding, _activations == ActivationMemory.RecomputedBfloat16)
                    : branch.Run(x, ref carried, padding));
            }
        carried?.Dispose();
        return _norm is null ? x : Replace(x, _norm.forward(x, padding));
    }

    private static void Show(LayerVisitor visit, string place, ResidualBranch branch, Tensor x, Padding? padding)
    {
        using var scope = NewDisposeScope();
        visit(place, branch.Layer, branch.LayerInput(x, padding), padding);
    }

    private static IEnumerable<string> OutputProblems(ModelSettings settings, ModelOutput output)
    {
        if (output is ModelOutput.Paired && settings.Head != HeadKind.Linear)
            yield return "'head' has no effect on pairs, whose head is always [a, b, a - b, a * b] with one hidden layer; set it to 'linear'";
        if (output is ModelOutput.PerPosition && settings.ObstacleTo(ObjectiveKind.Causal) is not null && settings.ObstacleTo(ObjectiveKind.Masked) is { } obstacle)
            yield return $"an output at every step was asked for, but {obstacle}";
    }

    // Without autograd nothing else holds the previous activations: two of them are alive at a time instead of all.
    private static Tensor Replace(Tensor previous, Tensor next)
    {
        previous.Dispose();
        return next;
    }

    private static Tensor PairFeatures(Tensor pooled)
    {
        long pairs = pooled.shape[0] / 2;
        using Tensor a = pooled.narrow(0, 0, pairs), b = pooled.narrow(0, pairs, pairs), difference = a - b, product = a * b;
        return cat([a, b, difference, product], 1);
    }

    private static nn.Module<Tensor, Tensor> Encoder(ModelInput input, int width) => input switch
    {
        ModelInput.Tokens tokens => nn.Embedding(tokens.Vocabulary, width),
        ModelInput.Reals reals => nn.Linear(reals.Width, width),
        _ => throw new NotSupportedException($"no encoder reads {input}"),
    };

    private static nn.Module<Tensor, Tensor> Decoder(ModelOutput output, ModelSettings settings) => output switch
    {
        ModelOutput.PerPosition each => nn.Linear(settings.DModel, each.Size),
        ModelOutput.Paired { Size: int size } => nn.Sequential(
            ("0", nn.Linear(4 * settings.DModel, settings.DModel)), ("1", nn.GELU()), ("2", nn.Linear(settings.DModel, size))),
        ModelOutput.Pooled { Size: int size } when settings.Head == HeadKind.Linear => nn.Linear(settings.DModel, size),
        ModelOutput.Pooled { Size: int size } => nn.Sequential(
            ("0", nn.Linear(settings.DModel, settings.HeadWidth ?? settings.DModel)), ("1", nn.ReLU()),
            ("2", nn.Linear(settings.HeadWidth ?? settings.DModel, size))),
        _ => throw new NotSupportedException($"no decoder gives {output}"),
    };

    private HashSet<string> Names(Func<SequenceLayer, IReadOnlyCollection<string>> ofLayer)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int depth = 0; depth < _layers.Count; depth++)
            for (int branch = 0; branch < _layers[depth].Count; branch++)
                foreach (string name in ofLayer(_layers[depth][branch].Layer))
                    names.Add(FormattableString.Invariant($"layers.{depth}.{branch}.layer.{name}"));
        return names;
    }

    private void RequireInput(Tensor input, Padding? padding)
    {
        string what = $"input of model '{GetName()}'";
        if (_input is ModelInput.Reals reals)
            TensorShape.Require(input, what, "B, L, channels", TensorShape.Any, TensorShape.Any, reals.Width);
        else
            TensorShape.Require(input, what, "B, L", TensorShape.Any, TensorShape.Any);
        if (_input is ModelInput.Tokens && input.dtype != ScalarType.Int64)
            throw new LengthwiseException(ExitCode.Failed, $"{what}: found {input.dtype}, expected token ids as Int64");

        (long rows, long steps) = (input.shape[0], input.shape[1]);
        if (steps < 1) throw new LengthwiseException(ExitCode.Failed, $"{what}: found sequences of length 0, expected at least 1 step");
        if (_output is ModelOutput.Paired && rows % 2 != 0)
            throw new LengthwiseException(ExitCode.Failed, $"{what}: found {rows} sequences, expected an even number: the first half pairs with the second");
        if (padding is not null && (padding.Lengths.shape[0] != rows || padding.MaxLength != steps))
            throw new LengthwiseException(
                ExitCode.Failed,
                $"{what}: found padding for {padding.Lengths.shape[0]} rows of {padding.MaxLength} steps, expected {rows} of {steps}");
    }
}

using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>A bag of steps: what can be said of a sequence whose order is thrown away. The floor that a model of sequences has to leave behind.</summary>
/// <remarks>
/// As in the deep averaging network of Iyyer et al. (2015), ACL-IJCNLP, section 3: the mean of the embeddings, then hidden layers. D = d_model.
///   body.embedding [V, D], body.norm [D]   tokens: the mean of the embeddings of valid steps, which shrinks with their number, and LayerNorm
///   body.features [D, 2C] and bias         values: mean and standard deviation of every channel, mapped to the width
///   body.hidden.{i} [D, D] and bias        n_layers times: GELU(W x), dropout
/// O(L D + D²) time, memory linear in L. Pooling <c>max</c> asks which symbols there are instead of how many, <c>last</c> looks at the last step alone.
/// </remarks>
[SequenceModel("bag", typeof(Settings))]
public sealed class Bag : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "bag";

    /// <inheritdoc/>
    public override string Summary => "bag of tokens or channel statistics with hidden layers: the floor of everything that knows no order";

    /// <inheritdoc/>
    public override string Citation => "Iyyer et al. 2015, ACL-IJCNLP, P15-1162";

    /// <inheritdoc/>
    public override SequenceBody CreateBody(ModelSettings settings, ModelInput input) => new Body((Settings)settings, input);

    /// <summary>Settings of the bag: here <c>n_layers</c> is the number of hidden layers behind the mean.</summary>
    public sealed record Settings : ModelSettings
    {
        /// <inheritdoc/>
        public override string? ObstacleTo(ObjectiveKind objective) =>
            !objective.Pretrains() ? null : "it throws the order of steps away, so that it has no output at every step";

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (!Bidirectional) yield return "'bidirectional' is false, but a bag has no direction; leave it out";
            if (Norm != NormKind.Layer || !Prenorm) yield return "'norm' and 'prenorm' have no effect on 'bag', which has one LayerNorm; leave them out";
            if (Positions != PositionKind.None) yield return "'positions' has no effect on 'bag', which knows none; leave it out";
            if (Pooling == PoolingKind.Cls) yield return "'pooling' is 'cls', but nothing gathers in a token of a bag; give 'mean', 'max' or 'last'";
        }
    }

    /// <summary>From the input to the pooled vector.</summary>
    private sealed class Body : SequenceBody
    {
        // A row of one step has no spread, and a root no slope at 0.
        private const double LeastVariance = 1e-6;
        private readonly Embedding? _embedding;
        private readonly LayerNorm? _norm;
        private readonly Linear? _features;
        private readonly ModuleList<Linear> _hidden = [];
        private readonly Settings _settings;

        public Body(Settings settings, ModelInput input) : base(nameof(Bag))
        {
            _settings = settings;
            if (input is ModelInput.Tokens tokens)
            {
                register_module("embedding", _embedding = nn.Embedding(tokens.Vocabulary, settings.DModel));
                register_module("norm", _norm = nn.LayerNorm(settings.DModel));
            }
            else
            {
                register_module("features", _features = nn.Linear(2 * ((ModelInput.Reals)input).Width, settings.DModel));
            }
            for (int i = 0; i < settings.NLayers; i++) _hidden.Add(nn.Linear(settings.DModel, settings.DModel));
            register_module("hidden", _hidden);
        }

        public override Tensor forward(Tensor input, Padding? padding)
        {
            using var scope = NewDisposeScope();
            Tensor x = _embedding is not null
                ? _norm!.forward(Pooling.Apply(_settings.Pooling, _embedding.forward(input), padding))
                : _features!.forward(Statistics(input, padding));
            foreach (Linear layer in _hidden)
            {
                x = nn.functional.gelu(layer.forward(x));
                if (training && _settings.Dropout > 0) x = nn.functional.dropout(x, _settings.Dropout);
            }
            return x.MoveToOuterDisposeScope();
        }

        // A step is added up in as many operations as it has values.
        public override double ForwardFlops(long batch, long length)
        {
            double width = _settings.DModel, channels = _features is null ? 0 : (double)_features.in_features / 2;
            double pooled = _features is null ? batch * length * width : batch * length * 4 * channels + FlopCount.Linear(batch, 2 * channels, width);
            return pooled + _hidden.Count * FlopCount.Linear(batch, width, width);
        }

        /// <summary>What is pooled of every channel, and its standard deviation, [B, 2C].</summary>
        private Tensor Statistics(Tensor input, Padding? padding)
        {
            Tensor mean = Pooling.Apply(PoolingKind.Mean, input, padding);
            Tensor variance = Pooling.Apply(PoolingKind.Mean, (input - mean.unsqueeze(1)).square(), padding);
            Tensor pooled = _settings.Pooling == PoolingKind.Mean ? mean : Pooling.Apply(_settings.Pooling, input, padding);
            return cat([pooled, (variance + LeastVariance).sqrt()], 1);
        }
    }
}

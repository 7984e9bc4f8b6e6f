using System.ComponentModel.DataAnnotations;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Long short-term memory: c_t = f c_{t-1} + i tanh(W x + U h_{t-1} + b), h_t = o tanh(c_t), with gates i, f, o of x and h.</summary>
/// <remarks>
/// Hochreiter and Schmidhuber (1997), Neural Computation 9(8), with the forget gate of Gers et al. (2000), in the form of libtorch, whose
/// gates stand in the order i, f, candidate, o. Letters, names and cost: <see cref="RecurrentBlock"/>.
/// </remarks>
[SequenceModel("lstm", typeof(Settings))]
public sealed class Lstm : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "lstm";

    /// <inheritdoc/>
    public override string Summary => "long short-term memory, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Hochreiter and Schmidhuber 1997, Neural Computation 9(8)";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) => [new LstmBlock((Settings)settings)];

    /// <summary>Settings of the LSTM.</summary>
    public sealed record Settings : ModelSettings
    {
        /// <summary>Hidden units of each direction.</summary>
        [Range(1, 65536)] public int DState { get; init; } = 64;

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (Positions == PositionKind.Rotary) yield return "'positions' is 'rotary', which only attention can use";
        }
    }

    private sealed class LstmBlock : RecurrentBlock
    {
        private readonly LSTM _rnn;
        private readonly LSTM? _back;

        public LstmBlock(Settings settings) : base("LSTM", settings.DModel, settings.DState, settings.Bidirectional, parts: 2)
        {
            register_module("rnn", _rnn = nn.LSTM(settings.DModel, settings.DState, batchFirst: true));
            if (settings.Bidirectional) register_module("rnn_reverse", _back = nn.LSTM(settings.DModel, settings.DState, batchFirst: true));
        }

        private protected override double Gates => 4;

        private protected override Tensor Run(Tensor u, bool reverse) => (reverse ? _back! : _rnn).forward(u, null).Item1;

        private protected override Tensor[] Advance(Tensor u, Tensor[] state)
        {
            (_, Tensor hidden, Tensor cell) = _rnn.forward(u, (state[0], state[1]));
            return [hidden, cell];
        }
    }
}

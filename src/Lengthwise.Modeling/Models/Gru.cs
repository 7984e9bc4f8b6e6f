using System.ComponentModel.DataAnnotations;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Gated recurrent units: h_t = (1 - z) tanh(W x + b + r (U h_{t-1} + c)) + z h_{t-1}, with gates r and z of x and h.</summary>
/// <remarks>
/// Cho et al. (2014), arXiv:1406.1078, in the form of libtorch, whose gates stand in the order r, z, candidate. Letters, names and
/// cost: <see cref="RecurrentBlock"/>.
/// </remarks>
[SequenceModel("gru", typeof(Settings))]
public sealed class Gru : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "gru";

    /// <inheritdoc/>
    public override string Summary => "gated recurrent units, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Cho et al. 2014, arXiv:1406.1078";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) => [new GruBlock((Settings)settings)];

    /// <summary>Settings of the GRU.</summary>
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

    private sealed class GruBlock : RecurrentBlock
    {
        private readonly GRU _rnn;
        private readonly GRU? _back;

        public GruBlock(Settings settings) : base("GRU", settings.DModel, settings.DState, settings.Bidirectional, parts: 1)
        {
            register_module("rnn", _rnn = nn.GRU(settings.DModel, settings.DState, batchFirst: true));
            if (settings.Bidirectional) register_module("rnn_reverse", _back = nn.GRU(settings.DModel, settings.DState, batchFirst: true));
        }

        private protected override double Gates => 3;

        private protected override Tensor Run(Tensor u, bool reverse) => (reverse ? _back! : _rnn).forward(u, null).Item1;

        private protected override Tensor[] Advance(Tensor u, Tensor[] state) => [_rnn.forward(u, state[0]).Item2];
    }
}

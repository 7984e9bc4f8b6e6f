using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>
/// Residual classifier of dilated convolutions whose sequence max-pooling halves from block to block, made for spectra of 2,600 points.
/// </summary>
/// <remarks>
/// Scientific Spaces (kexue.fm), archives/5505.
/// f_i = width of block i: d_model in the last blocks_per_width blocks, half of that in as many before them, and so on; k = kernel_size.
///   block      y = x; for each dilation: y = a + b, where [a, b] = ReLU(conv(y)) with 2 f_i channels; out = y + shortcut(x)
///   body       block, max-pool 2, block, … block; dropout; pooling over what is left
///   body.embedding.weight [V, f_0] for tokens; values enter as they are, all channels at once
///   body.blocks.{i}.convolutions.{j}: weight [2 f_i, f, k], bias [2 f_i], with f = f_(i-1) for the first and f_i for the others
///   body.blocks.{i}.shortcut: weight [f_i, f_(i-1), 1], bias [f_i], where the widths differ
/// O(L k d²) time, memory linear in L: every two blocks quarter the length and double the width, and cost as much as the two before. With the
/// published sizes each of the last positions sees 3,698 steps.
/// Max-pooling drops an odd last step, as published, unless it is the only one; padding is zero before every convolution and never the
/// largest. Initial values are the framework's.
/// </remarks>
[SequenceModel("conv1d", typeof(Settings))]
public sealed class Conv1D : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "conv1d";

    /// <inheritdoc/>
    public override string Summary => "residual classifier of dilated convolutions with max-pooling, made for spectra";

    /// <inheritdoc/>
    public override string Citation => "Scientific Spaces, kexue.fm/archives/5505";

    /// <inheritdoc/>
    public override SequenceBody CreateBody(ModelSettings settings, ModelInput input) => new Body((Settings)settings, input);

    /// <summary>Settings of the convolutional classifier. Here <c>d_model</c> is the width of the last blocks and <c>n_layers</c> the number of blocks.</summary>
    public sealed record Settings : ModelSettings
    {
        /// <summary>The published sizes.</summary>
        public Settings() =>
            (DModel, NLayers, Dropout, Norm, Pooling, Head) = (128, 8, 0.5, NormKind.None, PoolingKind.Max, HeadKind.Mlp);

        /// <summary>Taps of every convolution; odd.</summary>
        [Range(1, 255)] public int KernelSize { get; init; } = 3;

        /// <summary>Dilations of the convolutions of a block, one each.</summary>
        [Range(1, 1 << 16)] public ValueList<int> Dilations { get; init; } = [1, 2, 4];

        /// <summary>Blocks of one width, counted from the last; those before them have half of it.</summary>
        [Range(1, 1000)] public int BlocksPerWidth { get; init; } = 2;

        /// <inheritdoc/>
        public override string? ObstacleTo(ObjectiveKind objective) =>
            !objective.Pretrains() ? null : "its sequence is halved from block to block, so that it has no output at every step";

        /// <summary>Width of a block, f_i.</summary>
        /// <param name="block">0 for the first.</param>
        internal int Width(int block) => DModel >> Halvings(block);

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (KernelSize % 2 == 0) yield return $"'kernel_size' is {KernelSize}; expected an odd number, so that a step has as many neighbours on both sides";
            if (Dilations.Count == 0) yield return "'dilations' is empty: a block needs a convolution";
            if (Halvings(0) > 30 || DModel % (1 << Halvings(0)) != 0)
                yield return $"'d_model' is {DModel} and would be halved {Halvings(0)} times to the first of {NLayers} blocks; give a multiple of 2 to that power, or raise 'blocks_per_width'";
            if (!Bidirectional) yield return "'bidirectional' is false, but the classifier always sees the whole sequence; leave it out";
            if (Norm != NormKind.None || !Prenorm) yield return "'norm' and 'prenorm' have no effect on 'conv1d', whose blocks have no norm; leave them out";
            if (Positions != PositionKind.None) yield return "'positions' has no effect on 'conv1d', which adds none; leave it out";
            if (Pooling == PoolingKind.Cls) yield return "'pooling' is 'cls', but max-pooling would swallow a token in front; give 'max', 'mean' or 'last'";
        }

        private int Halvings(int block) => (NLayers - 1 - block) / BlocksPerWidth;
    }

    /// <summary>From the input to the pooled vector.</summary>
    internal sealed class Body : SequenceBody
    {
        private readonly Embedding? _embedding;
        private readonly ModuleList<Block> _blocks = [];
        private readonly PoolingKind _pooling;
        private readonly double _dropout;

        public Body(Settings settings, ModelInput input) : base(nameof(Conv1D))
        {
            (_pooling, _dropout) = (settings.Pooling, settings.Dropout);
            int width = (input as ModelInput.Reals)?.Width ?? settings.Width(0);
            if (input is ModelInput.Tokens tokens) register_module("embedding", _embedding = nn.Embedding(tokens.Vocabulary, width));
            for (int i = 0; i < settings.NLayers; i++)
            {
                _blocks.Add(new Block(width, settings.Width(i), settings));
                width = settings.Width(i);
            }
            register_module("blocks", _blocks);
        }

        public override Tensor forward(Tensor input, Padding? padding)
        {
            using var scope = NewDisposeScope();
            (Tensor x, Padding? left) = Features(input, padding);
            using Padding? owned = left;
            if (training && _dropout > 0) x = nn.functional.dropout(x, _dropout);
            return Pooling.Apply(_pooling, x, left).MoveToOuterDisposeScope();
        }

        public override double ForwardFlops(long batch, long length)
        {
            double flops = 0;
            for (int i = 0; i < _blocks.Count; i++)
            {
                if (i > 0) length = Math.Max(1, length / 2);
                flops += _blocks[i].Flops(batch * length);
            }
            return flops;
        }

        /// <summary>What is left of the sequence behind the last block, [B, L / 2^(n_layers - 1), d_model], with its padding, which the caller owns.</summary>
        public (Tensor Sequence, Padding? Padding) Features(Tensor input, Padding? padding)
        {
            using var scope = NewDisposeScope();
            Tensor x = (_embedding is null ? input : _embedding.forward(input)).transpose(1, 2);
            Padding? current = padding is null ? null : new Padding(padding.Lengths, padding.MaxLength);
            x = Filled(x, current, 0);
            for (int i = 0; i < _blocks.Count; i++)
            {
                if (i > 0)
                {
                    using Padding? before = current;
                    (x, current) = Halved(x, before);
                }
                x = _blocks[i].forward(x, current);
            }
            current?.Lengths.MoveToOuterDisposeScope();
            return (x.transpose(1, 2).MoveToOuterDisposeScope(), current);
        }

        private static (Tensor, Padding?) Halved(Tensor x, Padding? padding)
        {
            long length = x.shape[2];
            Padding? half = padding is null ? null : new Padding(minimum(padding.Lengths, padding.Lengths.floor_divide(2).clamp_min(1)), Math.Max(1, length / 2));
            if (length == 1) return (x, half);
            Tensor pooled = nn.functional.max_pool1d(Filled(x, padding, double.NegativeInfinity), 2);
            return (Filled(pooled, half, 0), half);
        }
    }

    /// <summary>Dilated convolutions and a shortcut, [B, f, L] to [B, f', L].</summary>
    internal sealed class Block : nn.Module<Tensor, Padding?, Tensor>
    {
        private readonly ModuleList<Conv1d> _convolutions = [];
        private readonly Conv1d? _shortcut;
        private readonly int _inputs, _outputs, _taps;

        public Block(int from, int to, Settings settings) : base(nameof(Block))
        {
            (_inputs, _outputs, _taps) = (from, to, settings.KernelSize);
            for (int j = 0; j < settings.Dilations.Count; j++)
            {
                int dilation = settings.Dilations[j];
                _convolutions.Add(nn.Conv1d(j == 0 ? from : to, 2 * to, settings.KernelSize, padding: dilation * (settings.KernelSize / 2), dilation: dilation));
            }
            register_module("convolutions", _convolutions);
            if (from != to) register_module("shortcut", _shortcut = nn.Conv1d(from, to, 1L));
        }

        public double Flops(double steps)
        {
            double convolved = FlopCount.Linear(steps, (double)_taps * (_inputs + (_convolutions.Count - 1) * _outputs), 2 * _outputs);
            return convolved + (_shortcut is null ? 0 : FlopCount.Linear(steps, _inputs, _outputs));
        }

        /// <param name="x">[B, f, L], zero at padded steps.</param>
        /// <param name="padding">Valid steps.</param>
        public override Tensor forward(Tensor x, Padding? padding)
        {
            using var scope = NewDisposeScope();
            Tensor y = x;
            for (int j = 0; j < _convolutions.Count; j++)
            {
                Tensor[] halves = _convolutions[j].forward(j == 0 ? y : Filled(y, padding, 0)).relu_().chunk(2, 1);
                y = halves[0] + halves[1];
            }
            return (y + (_shortcut is null ? x : _shortcut.forward(x))).MoveToOuterDisposeScope();
        }
    }

    /// <summary>[B, f, L] with a value at padded steps.</summary>
    private static Tensor Filled(Tensor x, Padding? padding, double value) =>
        padding is null ? x : x.masked_fill(padding.Valid.logical_not().unsqueeze(1), value);
}

using Lengthwise.Modeling.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>The benchmark's Transformer as it is often written: softmax(q k^T / sqrt(d)) v with the L x L weights in memory. Sizes are those of <see cref="Transformer"/>.</summary>
internal sealed class NaiveTransformer : nn.Module<Tensor, Tensor>
{
    // Scores, weights, the dropped product's gradient: what exists at a time beside the weights that wait for the way back.
    private const int Passing = 3;
    private readonly Embedding _encoder;
    private readonly ModuleList<Layer> _layers = [];
    private readonly LayerNorm _norm;
    private readonly Linear _decoder;

    public NaiveTransformer(StepCase c, int vocabulary, int classes) : base(nameof(NaiveTransformer))
    {
        register_module("encoder", _encoder = nn.Embedding(vocabulary, c.Width));
        for (int i = 0; i < c.Layers; i++) _layers.Add(new Layer(c.Width, c.Heads));
        register_module("layers", _layers);
        register_module("norm", _norm = nn.LayerNorm(c.Width));
        register_module("decoder", _decoder = nn.Linear(c.Width, classes));
    }

    /// <summary>Bytes of all weights between positions that exist at a time.</summary>
    public static double WeightBytes(StepCase c) => (double)(c.Layers + Passing) * c.Batch * c.Heads * c.Length * c.Length * sizeof(float);

    public override Tensor forward(Tensor input)
    {
        Tensor x = _encoder.forward(input);
        foreach (Layer layer in _layers) x = layer.forward(x);
        return _decoder.forward(_norm.forward(x).mean([1]));
    }

    private sealed class Layer : nn.Module<Tensor, Tensor>
    {
        private readonly LayerNorm _norm1, _norm2;
        private readonly Linear _q, _k, _v, _o, _w1, _w2;
        private readonly int _heads;

        public Layer(int width, int heads) : base(nameof(Layer))
        {
            const int multiplier = 4;
            _heads = heads;
            register_module("norm1", _norm1 = nn.LayerNorm(width));
            register_module("q", _q = nn.Linear(width, width));
            register_module("k", _k = nn.Linear(width, width));
            register_module("v", _v = nn.Linear(width, width));
            register_module("o", _o = nn.Linear(width, width));
            register_module("norm2", _norm2 = nn.LayerNorm(width));
            register_module("w1", _w1 = nn.Linear(width, multiplier * width));
            register_module("w2", _w2 = nn.Linear(multiplier * width, width));
        }

        public override Tensor forward(Tensor input)
        {
            Tensor u = _norm1.forward(input);
            Tensor q = Split(_q.forward(u)), k = Split(_k.forward(u)), v = Split(_v.forward(u));
            Tensor weights = (matmul(q, k.transpose(-1, -2)) / Math.Sqrt(q.shape[3])).softmax(-1);
            Tensor x = input + _o.forward(matmul(weights, v).transpose(1, 2).flatten(2));
            return x + _w2.forward(nn.functional.gelu(_w1.forward(_norm2.forward(x))));
        }

        private Tensor Split(Tensor x) => x.reshape(x.shape[0], x.shape[1], _heads, x.shape[2] / _heads).transpose(1, 2);
    }
}

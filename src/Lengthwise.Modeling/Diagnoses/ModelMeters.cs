using Lengthwise.Diagnoses;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>What the layers of one model showed so far.</summary>
/// <param name="length">Longest sequence.</param>
/// <param name="upTo">Largest distances of bins.</param>
internal sealed class ModelMeters(int length, IReadOnlyList<int> upTo) : IDisposable
{
    private readonly Dictionary<string, AttentionMeter> _attention = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LayerReach> _kernels = new(StringComparer.Ordinal);
    private readonly List<string> _places = [];

    /// <summary>Adds a layer on one batch; a <see cref="LayerVisitor"/>.</summary>
    public void Visit(string place, SequenceLayer layer, Tensor input, Padding? padding)
    {
        if (!_places.Contains(place)) _places.Add(place);
        if (layer is IKernelReach kernel && !_kernels.ContainsKey(place)) _kernels[place] = kernel.KernelOver(length).Result(place, upTo);
        if (layer is not IAttentionReach attention) return;
        AttentionRows rows = attention.AttentionOn(input, padding);
        if (!_attention.TryGetValue(place, out AttentionMeter? meter)) _attention[place] = meter = new AttentionMeter(rows.Heads, length);
        meter.Add(rows);
    }

    /// <summary>The layers that have a profile, in the order of the model; those with both have two.</summary>
    public IReadOnlyList<LayerReach> Results()
    {
        var results = new List<LayerReach>();
        foreach (string place in _places)
        {
            if (_attention.TryGetValue(place, out AttentionMeter? meter)) results.Add(meter.Result(place, upTo));
            if (_kernels.TryGetValue(place, out LayerReach? kernel)) results.Add(kernel);
        }
        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (AttentionMeter meter in _attention.Values) meter.Dispose();
    }
}

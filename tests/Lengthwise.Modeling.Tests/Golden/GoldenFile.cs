using Lengthwise.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Golden;

/// <summary>One file of reference arrays, see README.md beside it.</summary>
internal sealed class GoldenFile(string name)
{
    private readonly SafetensorsFile _file = SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".safetensors"));

    public Tensor this[string key] => TensorExchange.ToTensor(_file.Tensors[key]);

    public string Setting(string key) => _file.Metadata[key];

    /// <summary>Keys below a prefix, with the name behind it.</summary>
    public IEnumerable<(string Key, string Name)> NamesBelow(string prefix) =>
        _file.Tensors.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => (k, k[prefix.Length..]));

    /// <summary>Whether a setting was recorded.</summary>
    public bool Has(string setting) => _file.Metadata.ContainsKey(setting);
}

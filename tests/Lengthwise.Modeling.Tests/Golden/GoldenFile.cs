using Lengthwise.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Golden;

/// <summary>One file of reference arrays, see README.md beside it.</summary>
internal sealed class GoldenFile(string name)
{
    private readonly SafetensorsFile _file = SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".safetensors"));

    public Tensor this[string key] => TensorExchange.ToTensor(_file.Tensors[key]);

    public string Setting(string key) => _file.Metadata[key];

    /// <summary>Names below a prefix, without it.</summary>
    public IEnumerable<string> Names(string prefix) =>
        _file.Tensors.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => k[prefix.Length..]);
}

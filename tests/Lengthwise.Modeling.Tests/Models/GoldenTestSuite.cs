using Lengthwise.Modeling.Checkpoints;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Golden;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>One layer against arrays of the published implementation, see Golden/README.md.</summary>
public abstract class GoldenTestSuite
{
    private static readonly string[] Prefixes = ["param.", "buffer."];

    private static readonly KernelRoute[] Routes = [KernelRoute.Libtorch, KernelRoute.Best];

    /// <summary>Names of the files.</summary>
    protected abstract IReadOnlyList<string> Files { get; }

    /// <summary>A freshly drawn layer of the settings that a file names.</summary>
    private protected abstract SequenceLayer Fresh(GoldenFile golden);

    [Fact]
    public void Names_and_shapes_are_the_published_ones()
    {
        foreach ((string file, GoldenFile golden) in Each())
        {
            using var scope = NewDisposeScope();
            using SequenceLayer layer = Fresh(golden);

            IEnumerable<string> own = State(layer).Select(s => Described(file, s.Name, s.Tensor));

            IEnumerable<string> published = Prefixes.SelectMany(golden.NamesBelow).Select(n => Described(file, n.Name, golden[n.Key]));
            Assert.Equal(published.Order(StringComparer.Ordinal), own.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Output_equals_the_published_implementation()
    {
        foreach ((string file, GoldenFile golden) in Each())
            foreach (KernelRoute route in Routes)
            {
                using var scope = NewDisposeScope();
                using IDisposable forced = KernelRoute.Use(route);
                using SequenceLayer layer = Loaded(golden);

                AssertClose(golden["output"], layer.forward(golden["input"], null), 1e-4, $"{file} by {route}");
            }
    }

    [Fact]
    public void Gradients_equal_the_published_implementation()
    {
        foreach ((string file, GoldenFile golden) in Each())
            foreach (KernelRoute route in Routes)
            {
                using var scope = NewDisposeScope();
                using IDisposable forced = KernelRoute.Use(route);
                using SequenceLayer layer = Loaded(golden);
                Tensor input = golden["input"].requires_grad_();

                (layer.forward(input, null) * golden["grad_output"]).sum().backward();

                AssertClose(golden["grad_input"], input.grad!, 1e-3, $"{file} by {route}: input");
                foreach ((string name, Parameter parameter) in layer.named_parameters())
                    AssertClose(golden["grad." + name], parameter.grad!, 1e-3, $"{file} by {route}: {name}");
            }
    }

    [Fact]
    public void Weights_written_under_the_published_names_give_the_same_bits_when_read_back()
    {
        foreach ((string file, GoldenFile golden) in Each())
        {
            using var scope = NewDisposeScope();
            using SequenceLayer layer = Loaded(golden), other = Fresh(golden);
            using var stream = new MemoryStream();

            var written = new SafetensorsFile();
            foreach ((string name, Tensor tensor) in State(layer)) written.Tensors[name] = TensorExchange.ToEntry(tensor);
            written.Write(stream);
            SafetensorsFile read = SafetensorsFile.Parse(stream.ToArray());
            foreach ((string name, Tensor tensor) in State(other)) TensorExchange.CopyInto(read.Tensors[name], tensor, name);

            Tensor input = golden["input"];
            Assert.True(layer.forward(input, null).equal(other.forward(input, null)).all().item<bool>(), file);
        }
    }

    /// <summary>A layer with the weights of a file.</summary>
    private protected SequenceLayer Loaded(GoldenFile golden)
    {
        SequenceLayer layer = Fresh(golden);
        using var _ = no_grad();
        foreach ((string key, string name) in Prefixes.SelectMany(golden.NamesBelow))
            State(layer).Single(s => s.Name == name).Tensor.copy_(golden[key]);
        return layer;
    }

    /// <summary>Relative to the largest value, since values near zero carry the rounding of large ones.</summary>
    private protected static void AssertClose(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        double error = ((expected - actual).abs().max() / expected.abs().max()).item<float>();
        Assert.True(error <= tolerance, $"{what}: relative difference {error}");
    }

    private IEnumerable<(string Name, GoldenFile File)> Each() => Files.Select(name => (name, new GoldenFile(name)));

    private static IEnumerable<(string Name, Tensor Tensor)> State(SequenceLayer layer) =>
        [.. layer.named_parameters().Select(p => (p.name, (Tensor)p.parameter)), .. layer.named_buffers().Select(b => (b.name, b.buffer))];

    private static string Described(string file, string name, Tensor tensor) => $"{file}: {name} [{string.Join(", ", tensor.shape)}]";
}

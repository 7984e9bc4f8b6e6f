using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>Questions that every architecture answers; a new one inherits them.</summary>
public abstract class ModelTestSuite<T> where T : ModelArchitecture, new()
{
    /// <summary>A small model: d_model 8, two layers, no dropout.</summary>
    protected abstract ModelSettings Small(bool bidirectional);

    [Fact]
    public void Model_is_listed_with_its_settings()
    {
        var architecture = new T();

        Assert.IsType<T>(ModelCatalog.Create(architecture.Name));
        Assert.IsType(ModelCatalog.Settings[architecture.Name], Small(true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(31)]
    public void Forward_gives_one_row_per_sequence_or_step(int length)
    {
        using var scope = NewDisposeScope();
        using SequenceModel pooled = Create(new ModelInput.Tokens(11), new ModelOutput.Pooled(5), Small(true));
        using SequenceModel each = Create(new ModelInput.Reals(2, HasMaskBit: true), new ModelOutput.PerPosition(2), Small(true));

        Assert.Equal([3, 5], pooled.forward(randint(0, 11, [3, length], ScalarType.Int64), null).shape);
        Assert.Equal([3, length, 2], each.forward(randn(3, length, 3), null).shape);
    }

    /// <summary>A model with parameters drawn from a fixed seed.</summary>
    protected static SequenceModel Create(ModelInput input, ModelOutput output, ModelSettings settings, int maxLength = 64)
    {
        random.manual_seed(11);
        return SequenceModel.Create(new T(), settings, input, output, maxLength);
    }

    /// <summary>Padding of rows of those lengths.</summary>
    protected static Padding PaddingOf(long[] lengths, long maxLength) => new(tensor(lengths), maxLength);
}

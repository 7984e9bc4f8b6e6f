using Lengthwise.Modeling.Data;
using TorchSharp;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class TorchPermutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void It_equals_the_permutation_of_the_library_that_the_published_pipelines_use(int count)
    {
        using var generator = new torch.Generator(42);
        using torch.Tensor order = torch.randperm(count, dtype: torch.ScalarType.Int64, device: torch.CPU, generator: generator);

        Assert.Equal(order.data<long>().Select(i => (int)i), TorchPermutation.Of(count, 42));
    }

    [Fact]
    public void Other_seeds_give_other_orders() => Assert.NotEqual(TorchPermutation.Of(100, 42), TorchPermutation.Of(100, 43));
}

using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Native;
using Lengthwise.Modeling.Tests.Data;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels.Dispatch;

public sealed class MeasuredChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    static MeasuredChoiceTests() => NativeRuntime.Start(1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_choice_is_measured_once_and_read_afterwards()
    {
        MeasuredChoice first = MeasuredChoice.Get(_folder.Directory, 1);
        string path = Assert.Single(_folder.Directory.EnumerateFiles("*.json", SearchOption.AllDirectories)).FullName;
        // Ratios that no measurement gives show where the second answer comes from.
        (first with { Ratios = new Dictionary<string, double> { ["linear"] = 77 } }).Write(path);

        MeasuredChoice second = MeasuredChoice.Get(_folder.Directory, 1);

        Assert.Equal(77, second.Ratios["linear"]);
        Assert.Equal(first.Routes, second.Routes);
        Assert.Contains("linear csharp (77.0x)", (second with { Routes = KernelChoice.AllOwn.Routes }).Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"Machine\":\"x\",\"Ratios\":{},\"Routes\":{}}")]
    [InlineData("{\"Machine\":\"x\",\"Ratios\":null,\"Routes\":{\"linear\":\"abacus\"}}")]
    [InlineData("[1, 2]")]
    public void A_damaged_file_counts_as_none(string text)
    {
        string path = Path.Combine(_folder.Directory.FullName, "kernels.json");
        File.WriteAllText(path, text);

        Assert.Null(MeasuredChoice.Read(path));
    }

    [Fact]
    public void A_choice_of_another_machine_is_measured_again()
    {
        MeasuredChoice first = MeasuredChoice.Get(_folder.Directory, 1);
        string path = Assert.Single(_folder.Directory.EnumerateFiles("*.json", SearchOption.AllDirectories)).FullName;
        (first with { Machine = "another", Ratios = new Dictionary<string, double> { ["linear"] = 77 } }).Write(path);

        Assert.NotEqual(77, MeasuredChoice.Get(_folder.Directory, 1).Ratios["linear"]);
    }

    [Fact]
    public void An_operation_whose_kernel_is_clearly_slower_goes_to_libtorch()
    {
        var ratios = Enum.GetValues<KernelOperation>().ToDictionary(o => o, o => o == KernelOperation.Attention ? 0.7 : o == KernelOperation.Linear ? 0.95 : 2);

        KernelChoice choice = KernelTrial.Decide(ratios);

        Assert.Equal("libtorch", choice.Routes["attention"]);
        Assert.Equal("csharp", choice.Routes["linear"]);
        Assert.Equal("csharp", choice.Routes["wide_linear"]);
        Assert.Equal(choice.Routes, KernelChoice.FromRoutes(choice.Routes)!.Routes);
    }

    [Fact]
    public void A_choice_sends_its_operations_and_no_others_to_libtorch()
    {
        using IDisposable chosen = KernelChoice.Use(new KernelChoice([KernelOperation.Linear]));

        Assert.Same(KernelRoute.Libtorch, KernelChoice.RouteOf(KernelOperation.Linear));
        Assert.Same(KernelRoute.Best, KernelChoice.RouteOf(KernelOperation.Attention));
    }

    [Fact]
    public void The_product_obeys_the_choice()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(300, 90), weight = randn(60, 90);
        Tensor own = FusedLinear.Apply(x, weight, null, LinearActivation.Gelu);
        using IDisposable chosen = KernelChoice.Use(new KernelChoice([KernelOperation.Linear]));

        Tensor plain = FusedLinear.Apply(x, weight, null, LinearActivation.Gelu);

        Assert.True(plain.Equals(nn.functional.linear(nn.functional.gelu(x), weight)));
        Assert.False(plain.Equals(own));
    }

    [Fact]
    public void Measuring_moves_no_random_number()
    {
        random.manual_seed(5);
        using Tensor expected = rand(3);
        random.manual_seed(5);

        KernelTrial.All();

        using Tensor found = rand(3);
        Assert.True(expected.Equals(found));
    }
}

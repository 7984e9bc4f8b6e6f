using System.IO.MemoryMappedFiles;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Benchmarking;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Native;

namespace Lengthwise.Modeling.Tests.Benchmarking;

public sealed class StepBenchTests
{
    private static readonly StepCase Small = new("transformer", 2, 20) { Width = 16, Layers = 1, Heads = 2 };

    [Fact]
    public void Every_variant_runs_in_every_round_and_the_naive_form_stands_beside_the_fused_one()
    {
        StepResult result = new StepBench(Options(threads: 2)).Run(Small, comparesThreads: true, CancellationToken.None);

        Assert.Equal(["ours", "tuned", "one thread", "naive"], result.Variants.Select(v => v.Name));
        Assert.Equal(2, result.Rounds);
        Assert.Equal(1, result.Own.Ratio.Median);
        Assert.All(result.Variants, v => Assert.True(v.Seconds.Median > 0 && v.Seconds.Low <= v.Seconds.High));
        Assert.Equal("attention", Assert.Single(result.Parts).Name);
        Assert.Equal(1, TorchSharp.torch.get_num_threads());
    }

    [Fact]
    public void The_operations_of_a_result_are_those_of_the_model()
    {
        using TrainingStep step = TrainingStep.Of(Small, StepFormulation.Own);

        StepResult result = new StepBench(Options()).Run(Small, comparesThreads: false, CancellationToken.None);

        Assert.Equal(step.Flops, result.Flops);
        Assert.Equal(step.Parameters, result.Parameters);
        Assert.Equal(result.Flops / result.Own.Seconds.Median, result.FlopsPerSecond);
    }

    [Fact]
    public void Naive_attention_beyond_the_memory_is_a_note_and_not_a_run()
    {
        StepResult result = new StepBench(Options() with { MostNaiveBytes = 1 }).Run(Small, comparesThreads: false, CancellationToken.None);

        Assert.Null(result.Variant(StepBench.Naive));
        Assert.Contains("naive attention", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_baseline_of_a_scan_is_the_faster_of_two_and_a_note_says_which()
    {
        StepResult result = new StepBench(Options()).Run(new StepCase("lru", 2, 20) { Width = 8, Layers = 1 }, comparesThreads: false, CancellationToken.None);

        Assert.Equal(["ours", "tuned"], result.Variants.Select(v => v.Name));
        Assert.StartsWith("libtorch scans by ", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_that_does_not_start_costs_its_column_only()
    {
        BenchOptions options = Options() with { Paired = new PairedCommand("/bin/false", [], "--tuned") };
        if (OperatingSystem.IsWindows()) return;

        StepResult result = new StepBench(options).Run(Small, comparesThreads: false, CancellationToken.None);

        Assert.Null(result.Variant(StepBench.Default));
        Assert.NotNull(result.Variant(StepBench.Tuned));
        Assert.Contains(result.Notes, n => n.StartsWith("default: the paired process ended", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(StepFormulation.Plain)]
    [InlineData(StepFormulation.NaiveAttention)]
    public void A_step_leaves_no_tensors_behind(StepFormulation formulation)
    {
        using TrainingStep step = TrainingStep.Of(Small, formulation);
        for (int i = 0; i < 3; i++) step.Run();
        long before = TorchSharp.torch.Tensor.TotalCount;

        step.Run();

        Assert.Equal(before, TorchSharp.torch.Tensor.TotalCount);
    }

    [Fact]
    public void A_paired_process_prepares_steps_and_says_what_is_wrong_with_a_request()
    {
        string[] requests =
        [
            new PairedRequest(Small, StepFormulation.Plain, KernelRoute.Libtorch.Name).ToLine(), PairedRequest.Again.ToLine(), "no json",
            new PairedRequest(Small with { Model = "s4e" }, StepFormulation.Plain, KernelRoute.Libtorch.Name).ToLine(),
        ];
        using var output = new StringWriter();

        PairedServer.Serve(new StringReader(string.Join('\n', requests)), output, threads: 1, tuned: true);

        PairedAnswer[] answers = [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => PairedAnswer.FromLine(l)!)];
        Assert.Equal(4, answers.Length);
        Assert.Null(answers[0].Sample);
        Assert.True(answers[1].Sample!.Seconds > 0 && answers[1].PeakBytes > 0);
        Assert.Contains("expected a request as JSON", answers[2].Problem, StringComparison.Ordinal);
        Assert.Contains("there is no model 's4e'", answers[3].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Fresh_pages_are_counted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "faults are read from /proc");
        // Mapped anew each time: memory of the heap may be at hand already. Pages may be huge ones.
        const int bytes = 64 << 20, page = 4096, hugePage = 2 << 20;
        using var map = MemoryMappedFile.CreateNew(null, bytes);
        using MemoryMappedViewAccessor view = map.CreateViewAccessor();

        StepSample sample = StepSample.Of(() =>
        {
            for (int at = 0; at < bytes; at += page) view.Write(at, (byte)1);
        });

        Assert.InRange(sample.PageFaults, bytes / hugePage, 4 * bytes / page);
    }

    [Fact]
    public void Quantiles_interpolate_between_neighbours()
    {
        Assert.Equal(2.5, Quantiles.At([4, 1, 2, 3], 0.5));
        Assert.Equal(7, Quantiles.At([7], 0.9));
    }

    [Fact]
    public void A_state_size_for_a_model_without_states_is_refused()
    {
        StepCase c = Small with { States = 8 };

        var error = Assert.Throws<LengthwiseException>(c.Settings);

        Assert.Contains("'d_state' was given, but 'transformer' has none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_are_for_the_sizes_of_the_table_only()
    {
        var c = new StepCase("s4d", 32, 1024);

        Assert.Equal(new SpeedTarget(8, 4.5), SpeedTarget.For(c));
        Assert.Equal(new SpeedTarget(20, 6), SpeedTarget.For(c with { Batch = 8, Length = 4096 }));
        Assert.Null(SpeedTarget.For(c with { Width = 64 }));
        Assert.Null(SpeedTarget.For(c with { Length = 512 }));
        Assert.Null(SpeedTarget.For(c with { Model = "gru" }));
    }

    [Fact]
    public void What_must_be_kept_follows_from_shapes()
    {
        var c = new StepCase("s4d", 2, 100) { Width = 8, Layers = 3 };

        double bytes = KeptTensors.Of(c, parameters: 50).Sum(k => k.Bytes);

        Assert.Equal(4 * 4 * 50 + 3 * 4 * (5.0 * 2 * 100 * 8 + 2 * 8 * 100), bytes);
        Assert.Empty(KeptTensors.Of(c with { Model = "lru" }, 50));
    }

    [Fact]
    public void Tables_name_every_case_and_say_whether_a_target_was_met()
    {
        var steps = new StepResult(new StepCase("s4d", 32, 1024), 1000, 4e9, [], 5, [Variant("ours", 0.2, 1), Variant("tuned", 1, 5), Variant("default", 1.2, 6)], [], []);
        var report = new BenchReport(new MachineInfo { Cpu = "A processor" }, [new RuntimeSwitch("MALLOC", "kept", "")], "simd512", 2, new Ceiling(1e11, "a product", 2e11), 1.5, [steps]);

        string text = BenchTable.Markdown("Steps", report.Heading(), BenchTables.Of(report));

        Assert.Contains("| s4d | B32 L1024 | 5.00x (4.0-6.0) | 6.00x (5.0-7.0) | 4.5x, 8x: missed |", text, StringComparison.Ordinal);
        Assert.Contains("| s4d | B32 L1024 | 4.0 | 20 | 20 % | 0 | 0 | 0 |", text, StringComparison.Ordinal);
        Assert.Contains("MALLOC = kept", text, StringComparison.Ordinal);
        Assert.Contains("First step: 1.50 s", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Attention that forms", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ceiling_is_what_was_measured()
    {
        Ceiling ceiling = Ceiling.Measure(threads: 1, TimeSpan.Zero);

        Assert.InRange(ceiling.Product, 1e8, 1e14);
        Assert.InRange(ceiling.MultiplyAdd, 1e8, 1e14);
        Assert.Equal(new Ceiling(3, "b", 5), new Ceiling(2, "a", 5).OrBetter(new Ceiling(3, "b", 4)));
    }

    [Fact]
    public void Scaling_times_every_size_and_draws_it()
    {
        ScalingAxis axis = ScalingAxis.All(smoke: true).First(a => a.Name == "length");
        var run = new ScalingRun(Options(), axis);

        IReadOnlyList<ScalingResult> results = run.Run(new StepCase("lru", 1, 1) { Width = 8, Layers = 1 }, CancellationToken.None);

        Assert.Equal([16, 32], results.Select(r => r.Size));
        Assert.All(results, r => Assert.True(r.Seconds!.Median > 0));
        Assert.Contains("| lru |", BenchTable.Markdown("Scaling", [], [run.Table(results)]), StringComparison.Ordinal);
        Assert.Contains("lru: ", run.Figure("a note", results), StringComparison.Ordinal);
    }

    private static BenchOptions Options(int threads = 1) => new() { Threads = threads, Limit = TimeSpan.Zero, MostNaiveBytes = 1e9 };

    private static VariantResult Variant(string name, double seconds, double ratio) =>
        new(name, new Quantiles(seconds, seconds, seconds), new Quantiles(seconds, seconds, seconds), new Quantiles(ratio, ratio - 1, ratio + 1), 0, null);
}

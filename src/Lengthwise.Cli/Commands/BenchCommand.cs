using System.CommandLine;
using System.Globalization;
using Lengthwise.Cli.Benchmarks;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Modeling.Benchmarking;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Native;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise bench</c>: training steps against libtorch, and how ours scale.</summary>
internal sealed class BenchCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Option<string?> _models = new("--model") { HelpName = "LIST", Description = "Models, separated by commas; by default those of the table of speed targets." };

    private readonly Option<int?> _batch = new("--batch") { HelpName = "N", Description = "Sequences of a batch; with --length, in place of the table's shapes (32 x 1024 and 8 x 4096)." };

    private readonly Option<int?> _length = new("--length") { HelpName = "N", Description = "Steps of a sequence." };

    private readonly Option<int> _width = new("--d-model") { HelpName = "N", Description = "Width.", DefaultValueFactory = _ => 128 };

    private readonly Option<int?> _states = new("--d-state") { HelpName = "N", Description = "States; by default 64, for dlr 1024, for s5 and lru the width." };

    private readonly Option<int> _layers = new("--layers") { HelpName = "N", Description = "Layers.", DefaultValueFactory = _ => 4 };

    private readonly Option<int> _heads = new("--heads") { HelpName = "N", Description = "Heads of attention.", DefaultValueFactory = _ => 8 };

    private readonly Option<string?> _activations = new("--activations") { HelpName = "NAME", Description = "What our steps keep in memory for the way back: kept (everything, the default), recomputed or recomputed-bfloat16." };

    private readonly Option<int?> _threads = new("--threads") { HelpName = "N", Description = "Threads; by default one for each core." };

    private readonly Option<double> _seconds = new("--seconds") { HelpName = "N", Description = "Time for a case; two rounds are made in any case.", DefaultValueFactory = _ => 15 };

    private readonly Option<string?> _route = new("--route") { HelpName = "NAME", Description = "Route of our kernels, such as simd256; by default the widest of this processor." };

    private readonly Option<bool> _noDefault = new("--no-default") { Description = "Leave out libtorch without our start-up switches, which runs in a process of its own." };

    private readonly Option<string?> _scaling = new("--scaling") { HelpName = "LIST", Description = "Time our steps over length, batch, d_model, d_state or threads instead, at sizes of their own." };

    private readonly Option<DirectoryInfo?> _out = new("--out") { HelpName = "FOLDER", Description = "Also write tables as Markdown and JSON, and pictures of scaling as SVG, into this folder." };

    private readonly Option<bool> _smoke = new("--smoke") { Description = "Tiny shapes, two rounds: whether everything runs, not how fast." };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document." };

    public BenchCommand(Terminal terminal)
        : base("bench", "Times training steps of models against libtorch: as a user gets it (default) and with our start-up switches (tuned), in turn. Prints medians with spread, counted operations, the share of the machine's fastest matrix product, memory and fresh pages.", [
            new("bench --model s4d,transformer", "two models at the shapes of the table"),
            new("bench --model lru --batch 4 --length 16384 --threads 1", "another shape, on one thread"),
            new("bench --model s4d --route simd256 --no-default", "with narrower vectors, against 'tuned' alone"),
            new("bench --model s4 --batch 1 --length 65536 --activations recomputed", "the time and memory of a step that computes activations a second time"),
            new("bench --out benchmarks/results", "the whole table, some twenty minutes and 32 GB of memory, also written to a file named by date, processor and threads"),
            new("bench --scaling length,threads --model s4d,lru --out scaling", "how steps grow, with pictures"),
        ])
    {
        _terminal = terminal;
        foreach (Option option in (Option[])[_models, _batch, _length, _width, _states, _layers, _heads, _activations, _threads, _seconds, _route, _noDefault, _scaling, _out, _smoke, _json])
            Add(option);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        BenchRequest request = Request(parsed);
        using var interruption = new Interruption();
        // A step cannot be stopped in its middle; whoever asks twice does not wait for its end.
        using CancellationTokenRegistration second = interruption.StopNow.Register(() => Environment.Exit((int)ExitCode.Interrupted));
        NativeRuntime.Start(request.Options.Threads);
        var runner = new BenchRunner(_terminal, request, parsed.GetValue(_json));
        return request.Axes.Count > 0 ? runner.Scale(interruption.Stop) : runner.Compare(interruption.Stop);
    }

    private BenchRequest Request(ParseResult parsed)
    {
        bool isSmoke = parsed.GetValue(_smoke);
        int threads = parsed.GetValue(_threads) ?? Environment.ProcessorCount;
        foreach ((string name, int? value) in (ReadOnlySpan<(string, int?)>)
            [("--batch", parsed.GetValue(_batch)), ("--length", parsed.GetValue(_length)), ("--d-model", parsed.GetValue(_width)), ("--d-state", parsed.GetValue(_states)),
             ("--layers", parsed.GetValue(_layers)), ("--heads", parsed.GetValue(_heads)), ("--threads", threads)])
            if (value < 1) throw new LengthwiseException(ExitCode.Usage, FormattableString.Invariant($"in the command line: '{name}' is {value}, expected at least 1"));
        if (!(parsed.GetValue(_seconds) >= 0)) throw new LengthwiseException(ExitCode.Usage, "in the command line: '--seconds' is not a number from 0 on");

        IReadOnlyList<ScalingAxis> axes = [.. Words(parsed.GetValue(_scaling)).Select(name => Axis(name, isSmoke))];
        if (axes.Count > 0 && (parsed.GetValue(_batch) ?? parsed.GetValue(_length)) is not null)
            throw new LengthwiseException(ExitCode.Usage, "in the command line: '--scaling' has batches and lengths of its own", "leave out --batch and --length");
        StepCase[] cases = [.. Models(parsed).SelectMany(model => Shapes(parsed, isSmoke).Select(shape => Case(parsed, model, shape, isSmoke)))];
        // Whatever is wrong with a model is said before the first of them is timed.
        foreach (StepCase c in cases) _ = c.Settings();

        (string program, string[] first) = Comparing.CellProcess.Self();
        var paired = new PairedCommand(program, [.. first, BenchStepCommand.CommandName, threads.ToString(CultureInfo.InvariantCulture)], BenchStepCommand.TunedName);
        var options = new BenchOptions
        {
            Threads = threads,
            Route = parsed.GetValue(_route) is { } route ? KernelRoute.Named(route) : KernelRoute.Best,
            Limit = isSmoke ? TimeSpan.Zero : TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            Paired = parsed.GetValue(_noDefault) ? null : paired,
        };
        return new BenchRequest(options, cases, axes, parsed.GetValue(_out), isSmoke);
    }

    private string[] Models(ParseResult parsed) => Words(parsed.GetValue(_models)) is { Length: > 0 } chosen ? chosen : [.. StepCase.TableModels];

    private IReadOnlyList<(int Batch, int Length)> Shapes(ParseResult parsed, bool isSmoke)
    {
        (int? batch, int? length) = (parsed.GetValue(_batch), parsed.GetValue(_length));
        if (batch is null && length is null && !isSmoke) return StepCase.TableShapes;
        (int usualBatch, int usualLength) = isSmoke ? (3, 24) : StepCase.TableShapes[0];
        return [(batch ?? usualBatch, length ?? usualLength)];
    }

    private StepCase Case(ParseResult parsed, string model, (int Batch, int Length) shape, bool isSmoke)
    {
        bool isGiven = parsed.GetResult(_width) is { Implicit: false };
        return new StepCase(model, shape.Batch, shape.Length)
        {
            Width = isSmoke && !isGiven ? 16 : parsed.GetValue(_width),
            Layers = isSmoke ? 1 : parsed.GetValue(_layers),
            Heads = parsed.GetValue(_heads),
            States = parsed.GetValue(_states),
            Activations = Activations(parsed.GetValue(_activations)),
        };
    }

    private static ActivationMemory Activations(string? name)
    {
        ActivationMemory[] all = Enum.GetValues<ActivationMemory>();
        return name is null ? ActivationMemory.Kept : Array.FindIndex(all, a => Naming.ToKey(a) == name) is >= 0 and var index ? all[index] : throw new LengthwiseException(
            ExitCode.Usage, $"in the command line: '--activations' is '{name}', expected {string.Join(", ", all.Select(Naming.ToKey))}");
    }

    private static ScalingAxis Axis(string name, bool isSmoke)
    {
        IReadOnlyList<ScalingAxis> all = ScalingAxis.All(isSmoke);
        return all.FirstOrDefault(a => a.Name == name) ?? throw new LengthwiseException(
            ExitCode.Usage, $"in the command line: '--scaling' names '{name}', expected {string.Join(", ", all.Select(a => a.Name))}");
    }

    private static string[] Words(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}

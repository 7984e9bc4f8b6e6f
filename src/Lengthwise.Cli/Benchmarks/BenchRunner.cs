using System.Globalization;
using Lengthwise.Cli.Output;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Benchmarking;
using Lengthwise.Modeling.Native;

namespace Lengthwise.Cli.Benchmarks;

/// <summary>Runs a <see cref="BenchRequest"/>, says how far it is, prints and writes what it found. An interruption ends it after a step, with what there is.</summary>
internal sealed class BenchRunner(Terminal terminal, BenchRequest request, bool isJson)
{
    private static readonly TimeSpan CeilingTime = TimeSpan.FromSeconds(3);

    private BenchOptions Options => request.Options;

    /// <summary>Our steps against libtorch's.</summary>
    public ExitCode Compare(CancellationToken stop)
    {
        Say("measuring what the machine can do");
        var ceiling = Ceiling.Measure(Options.Threads, request.IsSmoke ? TimeSpan.Zero : CeilingTime);
        double? first = Options.Paired is { } command && !stop.IsCancellationRequested ? FirstStepSeconds(command) : null;
        var bench = new StepBench(Options);
        var results = new List<StepResult>();
        for (int i = 0; i < request.Cases.Count && !stop.IsCancellationRequested; i++)
        {
            StepCase c = request.Cases[i];
            Say(string.Create(CultureInfo.InvariantCulture, $"[{i + 1}/{request.Cases.Count}] {c.Model} {c.Shape} …"));
            try
            {
                // Two threads against one are compared at a model's first shape.
                results.Add(bench.Run(c, comparesThreads: request.Cases.First(o => o.Model == c.Model) == c, stop));
                Say(Progress(results[^1]));
                // A later case may need more memory than there is, and the system ends the process without asking.
                WriteReport(ReportOf(results));
                NativeRuntime.ReleaseMemory();
            }
            catch (OperationCanceledException)
            {
                Say("interrupted; these cases were measured");
            }
        }

        // Once more at the end, so that a moment in which others worked does not lower it.
        if (!request.IsSmoke && !stop.IsCancellationRequested) ceiling = ceiling.OrBetter(Ceiling.Measure(Options.Threads, CeilingTime));
        BenchReport report = ReportOf(results);
        Print(report, report.Heading(), BenchTables.Of(report));
        if (WriteReport(report) is { } path) Say($"written: {path}.md, .json");
        return stop.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;

        BenchReport ReportOf(IReadOnlyList<StepResult> steps) =>
            new(MachineProbe.Collect(TorchSharp.torch.__version__), NativeRuntime.Switches, Options.Route.Name, Options.Threads, ceiling, first, steps);
    }

    /// <summary>Writes what was measured so far, where a folder was named; returns the path without its ending.</summary>
    private string? WriteReport(BenchReport report)
    {
        if (request.Folder is not { } folder || report.Steps.Count == 0) return null;
        string title = string.Create(CultureInfo.InvariantCulture, $"Training steps, {report.Machine.Cpu}, {report.Threads} thread(s), {Date}");
        return Write(folder, FileName(report), BenchTable.Markdown(title, report.Heading(), BenchTables.Of(report)), JsonText.Of(report));
    }

    /// <summary>Our steps over sizes.</summary>
    public ExitCode Scale(CancellationToken stop)
    {
        MachineInfo machine = MachineProbe.Collect(TorchSharp.torch.__version__);
        StepCase[] prototypes = [.. request.Cases.DistinctBy(c => c.Model)];
        string note = string.Create(
            CultureInfo.InvariantCulture, $"{machine.Cpu}, {Options.Threads} thread(s), route {Options.Route.Name}; d_model {prototypes[0].Width}, {prototypes[0].Layers} layer(s), unless that grows");
        var tables = new List<BenchTable>();
        var found = new SortedDictionary<string, IReadOnlyList<ScalingResult>>(StringComparer.Ordinal);
        foreach (ScalingAxis axis in request.Axes)
        {
            var run = new ScalingRun(Options, axis);
            var results = new List<ScalingResult>();
            foreach (StepCase prototype in prototypes.Where(p => axis.Suits(p.Model)))
            {
                if (stop.IsCancellationRequested) break;
                Say($"{prototype.Model} over {axis.Name} …");
                try
                {
                    results.AddRange(run.Run(prototype, stop));
                }
                catch (OperationCanceledException)
                {
                    Say("interrupted; these were measured");
                }
            }
            if (results.Count == 0) continue;
            tables.Add(run.Table(results));
            found.Add(axis.Name, results);
            if (request.Folder is { } folder) Say("written: " + Write(folder, $"scaling-{axis.Name}", BenchTable.Markdown($"Scaling over {axis.Name}, {Date}", [note + "."], [tables[^1]]), JsonText.Of(results), run.Figure(note, results)) + ".md, .json, .svg");
        }
        Print(new { Schema = 1, Machine = machine, Route = Options.Route.Name, Options.Threads, Scaling = found }, [note + "."], tables);
        return stop.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static string Date => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private double? FirstStepSeconds(PairedCommand command)
    {
        try
        {
            return FirstStep.Seconds(command, Options.Route);
        }
        catch (LengthwiseException e)
        {
            Say($"the first step of a new process could not be timed: {e.Message}");
            return null;
        }
    }

    private void Print<T>(T document, IEnumerable<string> heading, IEnumerable<BenchTable> tables)
    {
        if (isJson)
        {
            terminal.Out.WriteLine(JsonText.Of(document));
            return;
        }
        foreach (string paragraph in heading) terminal.Out.WriteLine(paragraph);
        foreach (BenchTable table in tables)
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine(table.Title);
            terminal.Out.Write(TextTable.Render(table.Columns, table.Rows, terminal.Width));
            foreach (string line in table.Notes) terminal.Out.WriteLine(line);
        }
    }

    private static string Write(DirectoryInfo folder, string name, string markdown, string json, string? svg = null)
    {
        folder.Create();
        string path = Path.Combine(folder.FullName, name);
        AtomicFile.WriteText(path + ".md", markdown);
        AtomicFile.WriteText(path + ".json", json + "\n");
        if (svg is not null) AtomicFile.WriteText(path + ".svg", svg);
        return path;
    }

    private static string FileName(BenchReport report)
    {
        string processor = string.Join('-', report.Machine.Cpu.ToLowerInvariant().Split([.. report.Machine.Cpu.ToLowerInvariant().Where(c => !char.IsAsciiLetterOrDigit(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries));
        return string.Create(CultureInfo.InvariantCulture, $"{Date}-{processor}-{report.Threads}-threads");
    }

    private static string Progress(StepResult result)
    {
        string Versus(string name) => result.Variant(name) is { } v ? string.Create(CultureInfo.InvariantCulture, $", {name} {v.Ratio.Median:0.0}x") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"  ours {1e3 * result.Own.Seconds.Median:0.0} ms{Versus(StepBench.Tuned)}{Versus(StepBench.Default)}{Versus(StepBench.OneThread)} in {result.Rounds} rounds");
    }

    private void Say(string line) => terminal.Error.WriteLine(line);
}

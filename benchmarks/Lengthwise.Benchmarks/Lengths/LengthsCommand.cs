using System.CommandLine;
using System.Globalization;
using Lengthwise.Modeling.Models;

namespace Lengthwise.Benchmarks.Lengths;

/// <summary>Time and memory of a training step of every catalogued model against the length of the sequence.</summary>
internal static class LengthsCommand
{
    /// <summary>The verb <c>lengths</c>.</summary>
    public static Command Create(TextWriter output)
    {
        var models = new Option<string[]>("--models") { Description = "Only these; by default every model of the catalogue.", AllowMultipleArgumentsPerToken = true };
        var lengths = new Option<int[]>("--lengths") { Description = "Steps of a sequence.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1024, 2048, 4096, 8192, 16384] };
        var width = new Option<int>("--width") { Description = "d_model.", DefaultValueFactory = _ => 32 };
        var layers = new Option<int>("--layers") { Description = "n_layers.", DefaultValueFactory = _ => 2 };
        var batch = new Option<int>("--batch") { Description = "Sequences of a step.", DefaultValueFactory = _ => 1 };
        var threads = new Option<int>("--threads") { Description = "Threads of libtorch and of the kernels.", DefaultValueFactory = _ => 1 };
        var seconds = new Option<double>("--seconds") { Description = "Processor time that a model may take at one length, start included.", DefaultValueFactory = _ => 60 };
        var memory = new Option<double>("--memory") { Description = "Resident memory that it may take, GB.", DefaultValueFactory = _ => 4 };
        var results = new Option<DirectoryInfo?>("--results") { Description = "Also write JSON, CSV and table into this folder." };
        var figure = new Option<FileInfo?>("--figure") { Description = "The picture; beside the results when left out." };
        var redraw = new Option<FileInfo?>("--redraw") { Description = "Measure nothing: draw this lengths.json again, into --figure." };
        var command = new Command("lengths", "Measures time and memory of one training step of every model at several lengths, each in a process of its own.")
            { models, lengths, width, layers, batch, threads, seconds, memory, results, figure, redraw };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(redraw) is { } json)
            {
                FileInfo target = parsed.GetValue(figure) ?? new FileInfo(Path.ChangeExtension(json.FullName, ".svg"));
                AtomicFile.WriteText(target.FullName, StoredLengths.Draw(json));
                return 0;
            }
            var process = new LengthProcess(TimeSpan.FromSeconds(parsed.GetValue(seconds)), (long)(parsed.GetValue(memory) * 1e9));
            var measured = new List<LengthResult>();
            string[] names = parsed.GetValue(models) is { Length: > 0 } chosen ? chosen : [.. ModelCatalog.Settings.Keys];
            if (names.FirstOrDefault(n => !ModelCatalog.Settings.ContainsKey(n)) is { } unknown)
            {
                output.WriteLine($"there is no model '{unknown}'; models: {string.Join(", ", ModelCatalog.Settings.Keys)}");
                return 1;
            }
            foreach (string model in names)
                foreach (int length in parsed.GetValue(lengths)!.Order())
                {
                    var one = new LengthCase(model, length, parsed.GetValue(width), parsed.GetValue(layers), parsed.GetValue(batch), parsed.GetValue(threads));
                    // What a shorter sequence could not do, a longer one cannot.
                    LengthResult result = measured.LastOrDefault() is { IsBeyond: true } last && last.Case.Model == model ? last with { Case = one } : process.Run(one);
                    measured.Add(result);
                    output.WriteLine(Progress(result));
                }
            string limits = string.Create(CultureInfo.InvariantCulture, $"beyond {parsed.GetValue(memory)} GB or {parsed.GetValue(seconds)} s");
            var report = new LengthReport(measured, limits);
            output.WriteLine();
            output.Write(report.Table());
            if (parsed.GetValue(results) is { } folder) report.Write(folder, parsed.GetValue(figure) ?? new FileInfo(Path.Combine(folder.FullName, "lengths.svg")));
            return measured.All(r => r.Measured is not null || r.IsBeyond) ? 0 : 1;
        });
        return command;
    }

    /// <summary>The hidden verb that a case's process runs.</summary>
    public static Command CreateMeasure(TextWriter output)
    {
        var arguments = new Argument<string[]>("case") { Arity = new ArgumentArity(6, 6) };
        var command = new Command(LengthCase.MeasureVerb, "Measures one model at one length in this process.") { arguments };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            output.WriteLine(StepMeasurement.Take(LengthCase.Parse(parsed.GetValue(arguments)!)).ToLine());
            return 0;
        });
        return command;
    }

    private static string Progress(LengthResult result) => result.Measured is { } m
        ? string.Create(CultureInfo.InvariantCulture, $"{result.Case.Model} at {result.Case.Length}: {1e3 * m.StepSeconds:0.0} ms, {m.Bytes / 1e6:0} MB ({m.Steps} steps)")
        : string.Create(CultureInfo.InvariantCulture, $"{result.Case.Model} at {result.Case.Length}: {result.Outcome}");
}

using System.CommandLine;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Native;

namespace Lengthwise.Benchmarks;

/// <summary>The command line: which cases, how long, how many threads, which of the C# routes.</summary>
internal static class BenchmarkCommand
{
    /// <summary>Runs the benchmarks and prints a Markdown table.</summary>
    /// <returns>0, or 1 when nothing matched or the arguments are wrong.</returns>
    public static int Run(string[] args, TextWriter output)
    {
        var threads = new Option<int>("--threads") { Description = "Threads of libtorch and of the kernels.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var seconds = new Option<double>("--seconds") { Description = "Time for each case.", DefaultValueFactory = _ => 10 };
        var filter = new Option<string>("--filter") { Description = "Only cases whose name contains this.", DefaultValueFactory = _ => "" };
        var route = new Option<string>("--route") { Description = "The C# route; by default the widest of this processor.", DefaultValueFactory = _ => KernelRoute.Best.Name };
        var smoke = new Option<bool>("--smoke") { Description = "Tiny shapes, two rounds: whether everything runs, not how fast." };
        var results = new Option<FileInfo?>("--results") { Description = "Also write the table to this file." };
        var command = new RootCommand("Times the C# kernels against libtorch's operations, interleaved in one process.") { threads, seconds, filter, route, smoke, results };
        command.Add(Pathfinder.PathfinderCommand.Create(output));
        command.SetAction(parsed =>
        {
            NativeRuntime.Start(parsed.GetValue(threads));
            var candidate = KernelRoute.Named(parsed.GetValue(route)!);
            IReadOnlyList<BenchmarkCase> cases = [.. Cases.All(parsed.GetValue(smoke)).Where(c => c.Name.Contains(parsed.GetValue(filter)!, StringComparison.OrdinalIgnoreCase))];
            if (cases.Count == 0)
            {
                output.WriteLine($"no case is named like '{parsed.GetValue(filter)}'; cases: {string.Join("; ", Cases.All(false).Select(c => c.Name))}");
                return 1;
            }

            var limit = parsed.GetValue(smoke) ? TimeSpan.Zero : TimeSpan.FromSeconds(parsed.GetValue(seconds));
            List<Measurement> measurements = [.. cases.Select(c => Measurement.Take(c, candidate, limit))];
            string table = ResultTable.Render(measurements, candidate, parsed.GetValue(threads));
            output.Write(table);
            if (parsed.GetValue(results) is { } file) File.WriteAllText(file.FullName, table);
            return 0;
        });
        command.Add(Loading.LoadingCommand.Create(output));
        command.Add(Lengths.LengthsCommand.Create(output));
        command.Add(Lengths.LengthsCommand.CreateMeasure(output));
        return command.Parse(args).Invoke(new InvocationConfiguration { Output = output, Error = output });
    }
}

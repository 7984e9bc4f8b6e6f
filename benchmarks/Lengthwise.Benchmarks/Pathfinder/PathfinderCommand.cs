using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Lengthwise.Modeling.Native;
using Lengthwise.Modeling.Tasks.Pathfinder;

namespace Lengthwise.Benchmarks.Pathfinder;

/// <summary><c>pathfinder</c>: compares generated Pathfinder images with published ones; docs/pathfinder.md says what is expected.</summary>
internal static class PathfinderCommand
{
    /// <summary>The command.</summary>
    public static Command Create(TextWriter output)
    {
        var published = new Option<DirectoryInfo>("--published") { Required = true, Description = "Published images of 32 x 32 in the layout of Long Range Arena's release." };
        var parts = new Option<string[]>("--part") { Description = "statistics, labels, probe, origins or speed; may be repeated. All by default.", AllowMultipleArgumentsPerToken = true };
        var train = new Option<int>("--train") { Description = "Images that the network is trained on.", DefaultValueFactory = _ => 50_000 };
        var epochs = new Option<int>("--epochs") { Description = "Passes over them.", DefaultValueFactory = _ => 12 };
        var minutes = new Option<double>("--minutes") { Description = "Time for that training.", DefaultValueFactory = _ => 30 };
        var width = new Option<int>("--width") { Description = "Channels of the network.", DefaultValueFactory = _ => 32 };
        var resolution = new Option<int>("--resolution") { Description = "Width and height, for 'statistics' and 'speed'.", DefaultValueFactory = _ => 32 };
        var threads = new Option<int>("--threads") { Description = "Threads.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var results = new Option<FileInfo?>("--results") { Description = "Also append what was found to this file." };
        var command = new Command("pathfinder", "Compares generated Pathfinder images with published ones.") { published, parts, train, epochs, minutes, width, resolution, threads, results };
        command.SetAction(parsed =>
        {
            NativeRuntime.Start(parsed.GetValue(threads));
            string[] wanted = parsed.GetValue(parts) is { Length: > 0 } some ? some : ["statistics", "probe", "origins", "labels", "speed"];
            int side = parsed.GetValue(resolution);
            var parameters = PathfinderParameters.Hard(side);
            LabelledImages theirs = LabelledImages.Read(parsed.GetValue(published)!.FullName, side);
            var study = new DifficultyStudy(parsed.GetValue(train), parsed.GetValue(epochs), parsed.GetValue(minutes), parsed.GetValue(width), parsed.GetValue(threads));
            foreach (string part in wanted)
            {
                string? found = part switch
                {
                    "labels" => study.Labels(parameters, theirs, output),
                    "probe" => study.Probe(parameters),
                    "statistics" => StatisticsTable.Render(parameters, theirs, parsed.GetValue(threads)),
                    "speed" => Speed(parameters, parsed.GetValue(threads)),
                    "origins" => study.Origins(parameters, theirs, output),
                    _ => null,
                };
                if (found is null)
                {
                    output.WriteLine($"there is no part '{part}'; parts: statistics, labels, probe, origins, speed");
                    return 1;
                }
                output.WriteLine(found);
                output.Flush();
                if (parsed.GetValue(results) is { } file) File.AppendAllText(file.FullName, found + "\n");
            }
            return 0;
        });
        return command;
    }

    private static string Speed(PathfinderParameters parameters, int threads)
    {
        const int images = 10_000;
        var watch = Stopwatch.StartNew();
        LabelledImages.Generate(parameters, images, "speed", threads);
        return string.Create(CultureInfo.InvariantCulture, $"{images:N0} images of {parameters.Resolution} x {parameters.Resolution} in {watch.Elapsed.TotalSeconds:F1} s on {threads} thread(s).\n");
    }
}

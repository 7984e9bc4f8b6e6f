using System.CommandLine;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Training;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise resume</c>: continues one run.</summary>
internal sealed class ResumeCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Argument<DirectoryInfo> _run = new("run") { Description = "The run's folder." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    private readonly Option<bool> _json = new("--json") { Description = "Print the result as one JSON document." };

    public ResumeCommand(Terminal terminal)
        : base("resume", "Continues a run from its last checkpoint, to the same numbers as if it had never stopped.", [
            new("resume runs/markov-sources-s4d-masked-seed1", "after Ctrl+C, a crash or a power cut"),
        ])
    {
        _terminal = terminal;
        Add(_run);
        Add(_cache);
        Add(_json);
        SetAction(async (parsed, _) => (int)await RunAsync(parsed));
    }

    private Task<ExitCode> RunAsync(ParseResult parsed)
    {
        var folder = new RunFolder(parsed.GetValue(_run)!);
        if (new ComparisonFolder(folder.Directory).Exists)
            throw new LengthwiseException(
                ExitCode.Usage, $"resuming '{folder.Directory}': it holds a comparison, expected a single run",
                $"give its command again: {StoredPlan.Read(new ComparisonFolder(folder.Directory).PlanPath).Command}");
        return SingleRun.ExecuteAsync(
            folder, Places.Cache(parsed, _cache), _terminal, parsed.GetValue(_json), (options, stop) => TrainingRun.Resume(folder, options, stop));
    }
}

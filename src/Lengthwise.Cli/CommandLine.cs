using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Lengthwise.Cli.Commands;
using Lengthwise.Cli.Output;
using Lengthwise.Recipes;

namespace Lengthwise.Cli;

/// <summary>The whole command line: parses, runs a command, and turns every failure into a message and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Shows stack traces of failures.</summary>
    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show where in the program a failure happened.",
        Recursive = true,
    };

    /// <summary>Runs one command line.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        RootCommand root = Create(terminal);
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false });
        if (parsed.Action is ParseErrorAction) return ReportUsage(parsed, terminal);
        try
        {
            return (ExitCode)parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // Commands that can be interrupted listen themselves: they have a checkpoint to write first.
                ProcessTerminationTimeout = null,
                Output = terminal.Out,
                Error = terminal.Error,
            });
        }
#pragma warning disable CA1031 // The last stop: whatever it is, a person reads a sentence and a script an exit code.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return ErrorText.Report(failure, terminal, parsed.GetValue(Verbose));
        }
    }

    /// <summary>The command tree.</summary>
    public static RootCommand Create(Terminal terminal)
    {
        var root = new RootCommand("Compares long-sequence models under one budget, from scratch and after self-pretraining.")
        {
            new CompareCommand(terminal),
            new TrainCommand(terminal),
            new ResumeCommand(terminal),
            new PredictCommand(terminal),
            new WatchCommand(terminal),
            new ReportCommand(terminal),
            new LeaderboardCommand(terminal),
            new ReproduceCommand(terminal),
            new LsCommand(terminal),
            new DataCommand(terminal),
            new DiagnoseCommand(terminal),
            new WeightsCommand(terminal),
            new BenchCommand(terminal),
            new DoctorCommand(terminal),
            new RunCellCommand(terminal),
            new BackgroundCommand(),
            new BenchStepCommand(terminal),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpText(terminal);
        help.Description = "Show this help.";
        root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
        root.Options.Add(Verbose);
        return root;
    }

    private static ExitCode ReportUsage(ParseResult parsed, Terminal terminal)
    {
        Command command = parsed.CommandResult.Command;
        string path = HelpText.PathOf(command);
        // With an unknown word, "a command is required" says nothing more.
        string[] messages = [.. parsed.Errors.Where(e => parsed.UnmatchedTokens.Count == 0 || e.SymbolResult is not CommandResult).Select(e => e.Message.TrimEnd('.')).Distinct()];
        foreach (string message in messages) ErrorText.Write(terminal.Error, $"in the command line: {message}", "");
        foreach (string token in parsed.UnmatchedTokens) ErrorText.Write(terminal.Error, $"in the command line: unknown word '{token}' after '{path}'", Nearest(token, command));
        terminal.Error.WriteLine($"  '{path} --help' lists what it takes");
        return ExitCode.Usage;
    }

    private static string Nearest(string token, Command command)
    {
        IEnumerable<string> known = command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).Concat(command.Options.Select(o => o.Name));
        IReadOnlyList<string> near = Suggestions.For(token, known);
        return near.Count > 0 ? $"did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?" : "";
    }
}

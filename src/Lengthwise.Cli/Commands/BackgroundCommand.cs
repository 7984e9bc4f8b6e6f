using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text;
using Lengthwise.Cli.Output;

namespace Lengthwise.Cli.Commands;

/// <summary>The hidden command that carries out another one apart from any terminal: in a session of its own, with its output in a file.</summary>
internal sealed class BackgroundCommand : Command
{
    /// <summary>Its name; not for people.</summary>
    public const string CommandName = "background";

    private readonly Argument<FileInfo> _log = new("log") { Description = "Receives what the command prints." };

    private readonly Argument<string[]> _words = new("words") { Arity = ArgumentArity.OneOrMore, Description = "The command, after '--'." };

    public BackgroundCommand()
        : base(CommandName, "Carries out a command in the background.")
    {
        Hidden = true;
        Add(_log);
        Add(_words);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        // Ctrl+C in the terminal that this was started from, and its end, are not meant for the command.
        if (!OperatingSystem.IsWindows()) _ = NewSession();
        using var stream = new FileStream(parsed.GetValue(_log)!.FullName, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
        var log = new Terminal(TextWriter.Synchronized(writer), TextWriter.Synchronized(writer), redraws: false, hasColour: false, Terminal.DefaultWidth);
        return CommandLine.Run(parsed.GetValue(_words)!, log);
    }

    [DllImport("libc", EntryPoint = "setsid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NewSession();
}

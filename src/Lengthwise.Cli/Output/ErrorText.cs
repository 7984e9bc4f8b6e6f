using System.Runtime.InteropServices;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Output;

/// <summary>Turns a failure into the message that a person sees and the exit code that a script sees.</summary>
internal static class ErrorText
{
    private const string Prefix = "error: ";

    private const int NoSpaceLeft = 28, ReadOnlySystem = 30, QuotaExceeded = 122, DiskFullOnWindows = unchecked((int)0x80070070);

    /// <summary>Writes the failure and returns its exit code.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="terminal">Receives the message on the error side.</param>
    /// <param name="verbose">Whether the stack trace is shown too.</param>
    public static ExitCode Report(Exception failure, Terminal terminal, bool verbose)
    {
        (ExitCode code, string message, string hint) = Explain(failure);
        Write(terminal.Error, message, hint);
        if (verbose) terminal.Error.WriteLine(failure);
        return code;
    }

    /// <summary>Writes one error: the sentence, then what to do.</summary>
    public static void Write(TextWriter writer, string message, string hint)
    {
        writer.WriteLine(message.StartsWith(Prefix, StringComparison.Ordinal) ? message : Prefix + message);
        foreach (string line in hint.Split('\n', StringSplitOptions.RemoveEmptyEntries)) writer.WriteLine($"  {line}");
    }

    /// <summary>The exit code, what was found, and what to do next.</summary>
    public static (ExitCode Code, string Message, string Hint) Explain(Exception failure) => failure switch
    {
        LengthwiseException e => (e.Code, e.Message, e.Hint),
        RecipeException e => (ExitCode.Usage, RecipeProblemText.Format(e.Problems), ""),
        OperationCanceledException => (ExitCode.Interrupted, "interrupted", ""),
        IOException e when e.HResult is NoSpaceLeft or QuotaExceeded or DiskFullOnWindows =>
            (ExitCode.Failed, $"writing: {e.Message}", "free some space and run the same command again: it continues where it stopped"),
        UnauthorizedAccessException or IOException { HResult: ReadOnlySystem } =>
            (ExitCode.Failed, $"opening a file or folder: {failure.Message}", "choose a folder that you may write to with --out (results) or --cache (prepared data)"),
        IOException e => (ExitCode.Failed, $"reading or writing: {e.Message}", "check the path and the disk, then run the same command again"),
        ExternalException e => (ExitCode.Failed, $"in the native library: {e.Message}", "run 'lengthwise doctor'; --verbose shows where it happened"),
        _ => (ExitCode.Failed, $"unexpected: {failure.Message}", "--verbose shows where it happened; please report it with that text"),
    };
}

using System.Diagnostics;
using System.Globalization;
using Lengthwise.Cli.Commands;
using Lengthwise.Cli.Comparing;
using Lengthwise.Experiments;
using Lengthwise.Web;

namespace Lengthwise.Cli.Watching;

/// <summary>Continues comparisons and runs as they were started, in processes that outlive this one.</summary>
internal sealed class BackgroundTrainers : ITrainers
{
    /// <summary>What the continued command prints, in the folder it works in.</summary>
    public const string OutputName = "background.txt";

    /// <inheritdoc/>
    public ITrainer Continue(DirectoryInfo folder)
    {
        StartNote note = StartNote.Read(folder);
        if (note.Arguments is not ["compare" or "resume", ..])
            throw new LengthwiseException(ExitCode.Data, $"continuing '{folder.FullName}': its start.json holds '{string.Join(' ', note.Arguments)}', expected 'compare' or 'resume'", "give its command in a terminal");
        string output = Path.Combine(folder.FullName, OutputName);
        (string program, string[] first) = CellProcess.Self();
        var start = new ProcessStartInfo(program, [.. first, BackgroundCommand.CommandName, output, "--", .. note.Arguments])
        {
            WorkingDirectory = note.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (OperatingSystem.IsWindows()) start.CreateNewProcessGroup = true;
        Process process = Process.Start(start) ?? throw new LengthwiseException(ExitCode.Failed, $"continuing '{folder.FullName}': '{program}' did not start");
        // Nothing is said to it, and what it says goes to its file.
        process.StandardInput.Close();
        process.StandardOutput.Close();
        process.StandardError.Close();
        return new Trainer(process, output);
    }

    private sealed class Trainer(Process process, string output) : ITrainer
    {
        public bool HasEnded => process.HasExited;

        public string? Failure => !process.HasExited || (ExitCode)process.ExitCode is ExitCode.Done or ExitCode.Interrupted
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"it ended with code {process.ExitCode}{LastError()}");

        private string LastError()
        {
            const int lastBytes = 4096;
            string? line = new RunLog(output).Tail(lastBytes).Split('\n').LastOrDefault(l => l.StartsWith("error: ", StringComparison.Ordinal));
            return line is null ? "" : $": {line["error: ".Length..]}";
        }
    }
}

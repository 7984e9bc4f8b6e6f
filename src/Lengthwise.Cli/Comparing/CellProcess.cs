using System.Diagnostics;
using System.Globalization;
using Lengthwise.Cli.Commands;
using Lengthwise.Experiments;

namespace Lengthwise.Cli.Comparing;

/// <summary>One run in a process of its own: its peak memory is its own, and a crash costs only it.</summary>
internal sealed class CellProcess : IDisposable
{
    private const int LinesKept = 20;
    private readonly Process _process;
    private readonly Queue<string> _errors = new();
    private Failed? _failure;

    private CellProcess(Process process) => _process = process;

    /// <summary>Starts the hidden command that continues the run of a folder.</summary>
    /// <param name="folder">The run's folder, with its recipe.</param>
    /// <param name="cache">Prepared data.</param>
    /// <param name="readTest">Whether the test split is read at the end.</param>
    /// <param name="onEvent">Hears the run; called on other threads.</param>
    /// <param name="kernels">File with the comparison's choice of kernels; without one the run measures its own.</param>
    public static CellProcess Start(RunFolder folder, DirectoryInfo cache, bool readTest, Action<CellEvent> onEvent, string? kernels = null)
    {
        (string program, string[] first) = Self();
        string[] arguments =
        [
            .. first, RunCellCommand.CommandName, folder.Directory.FullName, "--cache", cache.FullName, .. readTest ? Array.Empty<string>() : ["--no-test"],
            .. File.Exists(kernels) ? ["--kernels", kernels] : Array.Empty<string>(),
        ];
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var cell = new CellProcess(new Process { StartInfo = start });
        cell._process.OutputDataReceived += (_, e) => cell.OnLine(e.Data, onEvent);
        cell._process.ErrorDataReceived += (_, e) => cell.OnError(e.Data);
        cell._process.Start();
        cell._process.BeginOutputReadLine();
        cell._process.BeginErrorReadLine();
        return cell;
    }

    /// <summary>Waits for the end.</summary>
    public async Task<CellExit> WaitAsync()
    {
        await _process.WaitForExitAsync();
        int code = _process.ExitCode;
        string detail;
        lock (_errors) detail = _errors.LastOrDefault(e => !string.IsNullOrWhiteSpace(e)) ?? "";
        if (Enum.IsDefined((ExitCode)code))
            return new CellExit((ExitCode)code, IsCrash: false, _failure?.Message ?? detail, _failure?.Hint ?? "");
        // .NET reports a signal as a shell does, 128 and its number.
        string how = code is > 128 and < 160
            ? string.Create(CultureInfo.InvariantCulture, $"ended by signal {code - 128}{(code == 137 ? " (SIGKILL: often the system's answer to too little memory; --jobs 1 needs less)" : "")}")
            : string.Create(CultureInfo.InvariantCulture, $"ended with code {code}");
        return new CellExit(ExitCode.Failed, IsCrash: true, detail.Length > 0 ? $"{how}: {detail}" : how, "");
    }

    /// <summary>Largest resident memory so far; 0 once it has ended.</summary>
    public long PeakMemoryBytes
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.HasExited ? 0 : Math.Max(_process.PeakWorkingSet64, _process.WorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It ended between the question and the look.
                return 0;
            }
        }
    }

    /// <summary>Asks the run to save a checkpoint and end.</summary>
    public void RequestStop() => _process.StandardInput.Close();

    /// <summary>Ends it at once; it continues from its last checkpoint when it is started again.</summary>
    public void Kill() => _process.Kill();

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private void OnLine(string? line, Action<CellEvent> onEvent)
    {
        if (line is null || CellEvent.FromLine(line) is not { } message) return;
        if (message is Failed failure) _failure = failure;
        onEvent(message);
    }

    private void OnError(string? line)
    {
        if (line is null) return;
        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > LinesKept) _errors.Dequeue();
        }
    }

    // The program beside this assembly: 'dotnet run' and test hosts start it through another executable.
    internal static (string Program, string[] First) Self()
    {
        string native = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "lengthwise.exe" : "lengthwise");
        return File.Exists(native) ? (native, []) : (Environment.ProcessPath ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, "lengthwise.dll")]);
    }
}

/// <summary>How a cell's process ended.</summary>
/// <param name="Code">Its exit code, or <see cref="ExitCode.Failed"/> after a crash.</param>
/// <param name="IsCrash">Whether it ended without saying why: a signal, an abort.</param>
/// <param name="Message">What it said last.</param>
/// <param name="Hint">What to do about it; may be empty.</param>
internal sealed record CellExit(ExitCode Code, bool IsCrash, string Message, string Hint);

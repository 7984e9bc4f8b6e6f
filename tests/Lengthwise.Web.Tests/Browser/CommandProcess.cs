using System.Diagnostics;

namespace Lengthwise.Web.Tests.Browser;

/// <summary>The real command in a process of its own.</summary>
internal sealed class CommandProcess : IDisposable
{
    private readonly Process _process;

    private CommandProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static CommandProcess Start(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "lengthwise.exe" : "lengthwise");
        Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // Read, so that a full pipe never stops it.
        process.BeginErrorReadLine();
        return new CommandProcess(process);
    }

    /// <summary>The next line of its standard output.</summary>
    public async Task<string> LineAsync() => await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";

    /// <summary>SIGKILL to this process alone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}

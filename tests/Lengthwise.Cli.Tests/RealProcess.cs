using System.Diagnostics;

namespace Lengthwise.Cli.Tests;

/// <summary>The command as a user starts it: a process of its own, with pipes for its output.</summary>
internal sealed class RealProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly Process _process;
    private readonly Task<string> _out, _error;

    private RealProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _out = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static RealProcess Start(params string[] arguments) => StartWith([], arguments);

    /// <summary>Starts with changed environment variables; empty ones are removed.</summary>
    public static RealProcess StartWith(Dictionary<string, string> environment, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "lengthwise.exe" : "lengthwise");
        // Tests that a shell started in the background inherit an ignored SIGINT, which programs rightly keep ignoring.
        var start = OperatingSystem.IsLinux()
            ? new ProcessStartInfo("env", ["--default-signal=INT", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        foreach ((string name, string value) in environment)
        {
            start.Environment.Remove(name);
            start.Environment.Remove(name.ToUpperInvariant());
            if (value.Length > 0) start.Environment[name] = value;
        }
        return new RealProcess(start);
    }

    public static async Task<Outcome> RunAsync(params string[] arguments)
    {
        using RealProcess process = Start(arguments);
        return await process.EndAsync();
    }

    public async Task<Outcome> EndAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return new Outcome((ExitCode)_process.ExitCode, (await _out).ReplaceLineEndings("\n"), (await _error).ReplaceLineEndings("\n"));
    }

    /// <summary>SIGKILL to this process alone: its children are left to notice.</summary>
    public void Kill() => _process.Kill();

    /// <summary>SIGINT, as Ctrl+C sends it.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("kill", ["-INT", $"{Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}

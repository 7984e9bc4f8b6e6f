using System.CommandLine;
using System.Diagnostics;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Cli.Watching;
using Lengthwise.Web;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise watch</c>: a live page about runs, on this machine only.</summary>
internal sealed class WatchCommand : DocumentedCommand
{
    private const int HighestPort = 65535;
    private static readonly string[] DesktopVariables = ["DISPLAY", "WAYLAND_DISPLAY"];
    private readonly Terminal _terminal;

    private readonly Argument<DirectoryInfo> _folder = new("folder")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = $"A comparison, a run, or a folder that holds some; '{Places.Runs}' when left out. It may not exist yet.",
    };

    private readonly Option<int> _port = new("--port") { HelpName = "N", Description = "Port of the page; by default a free one." };

    private readonly Option<bool> _noOpen = new("--no-open") { Description = "Only print the address, do not open a browser." };

    public WatchCommand(Terminal terminal)
        : base("watch", "Shows comparisons and runs live in a browser, with buttons to stop and resume them. "
            + "The page is served to this machine alone, under an address with a secret; ending it stops no training.", [
            new("watch runs/default-markov-sources", "one comparison, from another terminal"),
            new("watch --no-open --port 8765", "everything below 'runs', at an address that a tunnel can forward"),
        ])
    {
        _terminal = terminal;
        _port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > HighestPort) result.AddError($"--port is outside 0 to {HighestPort}");
        });
        Add(_folder);
        Add(_port);
        Add(_noOpen);
        SetAction(async (parsed, _) => (int)await RunAsync(parsed));
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed)
    {
        using var interruption = new Interruption();
        DirectoryInfo folder = parsed.GetValue(_folder) ?? new DirectoryInfo(Places.Runs);
        await using WatchServer server = await WatchServer.StartAsync(new WatchOptions(folder, new BackgroundTrainers()) { Port = parsed.GetValue(_port) });
        if (!folder.Exists) _terminal.Note($"'{folder}' does not exist yet; the page waits for it");
        _terminal.Out.WriteLine(server.Address);
        _terminal.Out.Flush();
        _terminal.Note("Ctrl+C ends the page, not the training.");
        if (!parsed.GetValue(_noOpen)) Open(server.Address);
        var ended = new TaskCompletionSource();
        using CancellationTokenRegistration onStop = interruption.Stop.Register(ended.SetResult);
        await ended.Task;
        return ExitCode.Done;
    }

    private void Open(Uri address)
    {
        // Without a desktop xdg-open may start a browser of text in this very terminal.
        bool hasDesktop = !OperatingSystem.IsLinux() || DesktopVariables.Any(v => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(v)));
        if (!hasDesktop) return;
        try
        {
            ProcessStartInfo start = OperatingSystem.IsLinux() ? new("xdg-open", [address.ToString()])
                : OperatingSystem.IsMacOS() ? new("open", [address.ToString()])
                : new(address.ToString()) { UseShellExecute = true };
            Process.Start(start)?.Dispose();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            _terminal.Note("no browser could be started; open the address above");
        }
    }
}

using System.Runtime.InteropServices;

namespace Lengthwise.Cli.Running;

/// <summary>
/// Ctrl+C, SIGTERM and a closed terminal: the first asks the work to save and stop, the second not to wait for it. A stop request of
/// the live page counts as a first one.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new(), _now = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to listen.</summary>
    public Interruption() =>
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(s => PosixSignalRegistration.Create(s, OnSignal))];

    /// <summary>Save and stop.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Do not wait any longer.</summary>
    public CancellationToken StopNow => _now.Token;

    /// <summary>Asks to save and stop, without a signal; asking again changes nothing.</summary>
    public void Ask()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work came to its end at the same moment.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _stop.Dispose();
        _now.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stop.IsCancellationRequested) _now.Cancel();
        else _stop.Cancel();
    }
}

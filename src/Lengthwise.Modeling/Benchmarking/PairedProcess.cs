using System.Diagnostics;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>How to start the program again as a <see cref="PairedServer"/>.</summary>
/// <param name="Program">Executable.</param>
/// <param name="Arguments">Arguments that make it serve by default start-up.</param>
/// <param name="Tuned">One more argument, for the program's own start-up.</param>
public sealed record PairedCommand(string Program, IReadOnlyList<string> Arguments, string Tuned);

/// <summary>A paired process. It steps only when told to, so that it takes nothing from the steps of others.</summary>
internal sealed class PairedProcess : IDisposable
{
    // Threads that wait for work may spin for a while after a step: others are not timed before that is over.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(0.25);
    private readonly Process _process;
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();

    /// <summary>Starts it.</summary>
    /// <param name="command">The program.</param>
    /// <param name="tuned">Whether it starts as the program itself does, or as libtorch alone.</param>
    public PairedProcess(PairedCommand command, bool tuned)
    {
        var start = new ProcessStartInfo(command.Program, [.. command.Arguments, .. tuned ? [command.Tuned] : Array.Empty<string>()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Our own switch must not reach a process that stands for those without it; one that the person set does.
        const string waiting = "OMP_WAIT_POLICY";
        if (Environment.GetEnvironmentVariable(waiting) is null) start.Environment.Remove(waiting);
        _process = Process.Start(start) ?? throw new LengthwiseException(ExitCode.Failed, $"benchmark: '{command.Program}' did not start");
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>Time since it was started.</summary>
    public TimeSpan Age => _sinceStart.Elapsed;

    /// <summary>Asks and waits for the answer.</summary>
    /// <exception cref="LengthwiseException">It ended, or could not do it.</exception>
    public PairedAnswer Ask(PairedRequest request)
    {
        string? line;
        try
        {
            _process.StandardInput.WriteLine(request.ToLine());
            _process.StandardInput.Flush();
            do line = _process.StandardOutput.ReadLine();
            while (line is not null && !line.StartsWith('{'));
        }
        catch (IOException)
        {
            line = null;
        }
        PairedAnswer answer = (line is null ? null : PairedAnswer.FromLine(line))
            ?? throw new LengthwiseException(ExitCode.Failed, $"the paired process ended{(_process.HasExited ? FormattableString.Invariant($" with code {_process.ExitCode}") : "")}, probably for lack of memory");
        if (answer.Problem.Length > 0) throw new LengthwiseException(ExitCode.Failed, answer.Problem);
        return answer;
    }

    /// <summary>Waits until its threads sleep.</summary>
    public static void Settle() => Thread.Sleep(Settling);

    /// <inheritdoc/>
    public void Dispose()
    {
        const int patienceMilliseconds = 500;
        try
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(patienceMilliseconds)) _process.Kill();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It has ended already.
        }
        _process.Dispose();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Lengthwise.Experiments;

namespace Lengthwise.Benchmarks.Lengths;

/// <summary>What became of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Measured">The measurement; null when there is none.</param>
/// <param name="Outcome"><c>measured</c>, <c>beyond the time limit</c>, <c>beyond the memory limit</c>, or what went wrong.</param>
internal sealed record LengthResult(LengthCase Case, StepMeasurement? Measured, string Outcome)
{
    /// <summary>Outcome of a case with a measurement.</summary>
    public const string Done = "measured";

    /// <summary>Whether the case reached a limit, which longer sequences would reach as well.</summary>
    public bool IsBeyond => Outcome.StartsWith("beyond", StringComparison.Ordinal);
}

/// <summary>Measures a case in a process of its own, so that its peak memory is its own, and ends it at a limit.</summary>
/// <param name="processorTime">Processor time that a case may take, start included.</param>
/// <param name="memoryBytes">Resident memory that it may take.</param>
internal sealed class LengthProcess(TimeSpan processorTime, long memoryBytes)
{
    private const int PollMilliseconds = 50;

    /// <summary>Measures.</summary>
    public LengthResult Run(LengthCase c)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "lengthwise-benchmarks.exe" : "lengthwise-benchmarks");
        var start = new ProcessStartInfo(program, c.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        while (!process.WaitForExit(PollMilliseconds))
        {
            if (Exceeded(process) is not { } limit) continue;
            process.Kill();
            process.WaitForExit();
            return new LengthResult(c, null, limit);
        }
        process.WaitForExit();
        if (Measurement(output.Result) is not { } measured) return new LengthResult(c, null, Reason(process.ExitCode, errors.Result));
        return measured.PeakBytes > memoryBytes ? new LengthResult(c, null, BeyondMemory) : new LengthResult(c, measured, LengthResult.Done);
    }

    private static string BeyondMemory => "beyond the memory limit";

    private string? Exceeded(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64 > memoryBytes ? BeyondMemory : process.TotalProcessorTime > processorTime ? "beyond the time limit" : null;
        }
        catch (InvalidOperationException)
        {
            // It ended between the question and the look.
            return null;
        }
    }

    private static StepMeasurement? Measurement(string output)
    {
        string line = output.Split('\n').LastOrDefault(l => l.StartsWith('{')) ?? "null";
        return JsonSerializer.Deserialize<StepMeasurement>(line, RecordJson.Line);
    }

    private static string Reason(int code, string errors)
    {
        string last = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault("");
        return string.Create(CultureInfo.InvariantCulture, $"ended with code {code}{(last.Length > 0 ? ": " : "")}{last}");
    }
}

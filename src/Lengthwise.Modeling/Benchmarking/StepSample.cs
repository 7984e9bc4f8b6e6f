using System.Diagnostics;
using System.Globalization;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>One step: how long it took, and what it cost the machine.</summary>
/// <param name="Seconds">Time that passed.</param>
/// <param name="ProcessorSeconds">Processor time of all threads of the process: what other programs do hardly changes it.</param>
/// <param name="PageFaults">Pages that the process touched for the first time; 0 where the system does not say.</param>
public sealed record StepSample(double Seconds, double ProcessorSeconds, long PageFaults)
{
    /// <summary>Runs the work once.</summary>
    public static StepSample Of(Action work)
    {
        long faults = MinorFaults();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        work();
        TimeSpan passed = Stopwatch.GetElapsedTime(start);
        return new StepSample(passed.TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds, MinorFaults() - faults);
    }

    /// <summary>Minor page faults of this process so far; 0 where /proc does not say.</summary>
    private static long MinorFaults()
    {
        const string path = "/proc/self/stat";
        const int field = 7;
        if (!File.Exists(path)) return 0;
        string text = File.ReadAllText(path);
        // The program's name, in brackets, may hold spaces.
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return fields.Length > field && long.TryParse(fields[field], CultureInfo.InvariantCulture, out long faults) ? faults : 0;
    }
}

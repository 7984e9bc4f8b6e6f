using System.Reflection;
using System.Runtime.InteropServices;

namespace Lengthwise.Experiments;

/// <summary>Says which machine a run was made on.</summary>
public static class MachineProbe
{
    /// <summary>Version of Lengthwise, without the commit that the SDK appends.</summary>
    public static string LengthwiseVersion { get; } =
        (typeof(MachineProbe).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];

    /// <summary>This machine and these versions.</summary>
    /// <param name="libTorchVersion">Passed in, because this assembly does not know libtorch; may be empty.</param>
    public static MachineInfo Collect(string libTorchVersion) => new()
    {
        Cpu = CpuName(),
        Cores = Environment.ProcessorCount,
        System = $"{SystemName()} {RuntimeInformation.OSArchitecture}",
        DotNet = Environment.Version.ToString(),
        LibTorch = libTorchVersion,
        Lengthwise = LengthwiseVersion,
    };

    /// <summary>Largest resident memory of this process so far, in bytes.</summary>
    public static long PeakMemoryBytes()
    {
        // Process.PeakWorkingSet64 reads the same line on Linux, but only since the process object was made.
        if (FirstValue("/proc/self/status", "VmHWM") is { } value && long.TryParse(value.Split(' ')[0], out long kib)) return kib * 1024;
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return Math.Max(self.PeakWorkingSet64, self.WorkingSet64);
    }

    private static string CpuName() =>
        FirstValue("/proc/cpuinfo", "model name")
        ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
        ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string SystemName() =>
        FirstValue("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? RuntimeInformation.OSDescription;

    private static string? FirstValue(string path, string key, char separator = ':')
    {
        if (!File.Exists(path)) return null;
        foreach (string line in File.ReadLines(path))
        {
            int at = line.IndexOf(separator);
            if (at > 0 && line.AsSpan(0, at).Trim().SequenceEqual(key)) return line[(at + 1)..].Trim();
        }
        return null;
    }
}

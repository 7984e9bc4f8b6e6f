using System.Runtime.InteropServices;
using Lengthwise.Experiments;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>The largest resident memory of a part of this process's life, above what it held before. Linux only; elsewhere nothing is measured.</summary>
internal sealed partial class ProcessMemory
{
    private const string ResetPath = "/proc/self/clear_refs", ResetPeak = "5";
    private readonly long _before;

    private ProcessMemory(long before) => _before = before;

    /// <summary>Hands freed memory back to the system and begins; null where the system cannot tell.</summary>
    public static ProcessMemory? Watch()
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            _ = Trim(0);
            File.WriteAllText(ResetPath, ResetPeak);
            return new ProcessMemory(MachineProbe.PeakMemoryBytes());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The largest so far.</summary>
    public long Peak() => Math.Max(0, MachineProbe.PeakMemoryBytes() - _before);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint pad);
}

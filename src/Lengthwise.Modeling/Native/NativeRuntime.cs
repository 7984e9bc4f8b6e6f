using System.Runtime.InteropServices;
using TorchSharp;

namespace Lengthwise.Modeling.Native;

/// <summary>
/// Starts libtorch in the order that matters (design B2): OpenMP's waiting policy, then the library, then the heap.
/// Every entry point calls <see cref="Start"/> before its first tensor; later calls only change the thread count.
/// </summary>
public static partial class NativeRuntime
{
    private const int MmapThreshold = -3, TrimThreshold = -1, TopPad = -2, MmapMax = -4;
    private static readonly Lock Gate = new();
    private static readonly Lazy<bool> CanTrim = new(() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint libc) && NativeLibrary.TryGetExport(libc, "malloc_trim", out _));
    private static List<RuntimeSwitch>? _switches;

    /// <summary>The switches that were set, with what came of each; empty before <see cref="Start"/>.</summary>
    public static IReadOnlyList<RuntimeSwitch> Switches => _switches ?? [];

    /// <summary>Sets the switches once, loads libtorch and sets its thread count.</summary>
    /// <param name="threads">Threads of libtorch, at least 1.</param>
    /// <exception cref="LengthwiseException">libtorch cannot be loaded on this system.</exception>
    public static void Start(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        lock (Gate)
        {
            if (_switches is null)
            {
                var switches = new List<RuntimeSwitch>();
                SetWaitPolicy(switches);
                Load();
                KeepHeap(switches);
                _switches = switches;
            }
            if (torch.get_num_threads() != threads) torch.set_num_threads(threads);
        }
    }

    /// <summary>Gives freed memory back to the system, which the heap otherwise keeps; does nothing without glibc.</summary>
    public static void ReleaseMemory()
    {
        if (CanTrim.Value) _ = TrimHeap(0);
    }

    private static void SetWaitPolicy(List<RuntimeSwitch> switches)
    {
        // .NET's own environment does not reach native code; spinning OpenMP threads doubled the time of the C# kernels beside them.
        const string name = "OMP_WAIT_POLICY";
        if (OperatingSystem.IsWindows())
        {
            switches.Add(new(name, "left alone", "only set on Linux and macOS"));
            return;
        }
        string? present = Environment.GetEnvironmentVariable(name);
        if (present is not null)
            switches.Add(new(name, present, "kept from the environment"));
        else
            switches.Add(new(name, SetEnvironment(name, "passive", 1) == 0 ? "passive" : "not set", "idle OpenMP threads sleep instead of spinning"));
    }

    private static void KeepHeap(List<RuntimeSwitch> switches)
    {
        const string purpose = "freed memory is kept, since fresh pages cost ten times a reused one";
        bool isGlibc = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint libc) && NativeLibrary.TryGetExport(libc, "mallopt", out _);
        if (!isGlibc)
        {
            switches.Add(new("mallopt", "left alone", "only with glibc"));
            return;
        }
        bool accepted = MallocOption(MmapThreshold, 1 << 30) == 1 & MallocOption(TrimThreshold, int.MaxValue) == 1
            & MallocOption(TopPad, 64 << 20) == 1 & MallocOption(MmapMax, 0) == 1;
        switches.Add(new("mallopt", accepted ? "mmap_threshold 1 GiB, trim never, top_pad 64 MiB, mmap_max 0" : "refused by the C library", purpose));
    }

    private static void Load()
    {
        try
        {
            // TorchSharp answers a failed load by copying half a gigabyte beside the program: find out first, with the loader's own words.
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, DllImportSearchPath.AssemblyDirectory);
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or TypeInitializationException or NotSupportedException)
        {
            throw new LengthwiseException(
                ExitCode.Failed,
                $"loading libtorch from '{AppContext.BaseDirectory}': {e.GetBaseException().Message}",
                "run 'lengthwise doctor' for what this system lacks; Linux x64 with glibc 2.31 or newer, Windows x64 and macOS arm64 are supported",
                e);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MallocOption(int parameter, int value);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int TrimHeap(nuint pad);
}

/// <summary>A start-up switch and what came of it.</summary>
/// <param name="Name">What was switched.</param>
/// <param name="Value">Its state.</param>
/// <param name="Purpose">Why, or why not.</param>
public sealed record RuntimeSwitch(string Name, string Value, string Purpose);

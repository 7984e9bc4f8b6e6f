using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Lengthwise.Cli.Output;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Modeling.Native;
using static TorchSharp.torch;

namespace Lengthwise.Cli.Doctor;

/// <summary>Looks at the machine, the native library and the folders that Lengthwise works in.</summary>
internal static class Examination
{
    private const long LowDiskBytes = 2L << 30, LowMemoryBytes = 2L << 30;

    /// <summary>Everything that was found, in the order in which it is printed.</summary>
    /// <param name="folders">Folders that must be writable, with the option that moves each.</param>
    /// <param name="cache">Where measured choices of kernels are kept.</param>
    public static IReadOnlyList<Finding> Run(IReadOnlyList<(string Name, DirectoryInfo Folder, string Fix)> folders, DirectoryInfo cache)
    {
        var findings = new List<Finding>();
        (string libTorchVersion, Finding libTorch) = LibTorch();
        MachineInfo machine = MachineProbe.Collect(libTorchVersion);
        findings.Add(new("lengthwise", machine.Lengthwise));
        findings.Add(new("system", $"{machine.System}, .NET {machine.DotNet}"));
        findings.Add(new("processor", machine.Cpu));
        findings.Add(Simd());
        findings.Add(new("kernel route", KernelRoute.Describe()));
        findings.Add(new("cores", $"{machine.Cores} usable"));
        findings.Add(Memory());
        findings.AddRange(SystemLibraries.Find());
        findings.Add(libTorch);
        // One thread is a recipe's default; the doctor stores nothing.
        if (libTorch.Problem.Length == 0)
            findings.Add(new("kernel choice", $"{MeasuredChoice.Get(cache, threads: 1, keep: false).Describe()}; libtorch's time by ours, one thread"));
        findings.AddRange(NativeRuntime.Switches.Select(s => new Finding($"switch {s.Name}", $"{s.Value} ({s.Purpose})")));
        findings.AddRange(folders.Select(f => Folder(f.Name, f.Folder, f.Fix)));
        return findings;
    }

    private static Finding Simd()
    {
        string width = Vector512.IsHardwareAccelerated ? "512 bits" : Vector256.IsHardwareAccelerated ? "256 bits" : Vector128.IsHardwareAccelerated ? "128 bits" : "none";
        string present = string.Join(", ", new[]
        {
            ("Vector512", Vector512.IsHardwareAccelerated), ("Vector256", Vector256.IsHardwareAccelerated), ("Vector128", Vector128.IsHardwareAccelerated),
        }.Select(v => $"{v.Item1} {(v.Item2 ? "yes" : "no")}"));
        return Vector128.IsHardwareAccelerated
            ? new("vector width", $"{width} ({present})")
            : new("vector width", present, "vector instructions are switched off, so the kernels run one number at a time", "unset DOTNET_EnableHWIntrinsic");
    }

    private static Finding Memory()
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        long total = memory.TotalAvailableMemoryBytes;
        string value = $"{Amount.Bytes(total)} for this process";
        return total >= LowMemoryBytes
            ? new("memory", value)
            : new("memory", value, $"less than {Amount.Bytes(LowMemoryBytes)}", "run 'lengthwise compare' with --jobs 1, or raise the container's limit");
    }

    private static (string Version, Finding Finding) LibTorch()
    {
        try
        {
            NativeRuntime.Start(threads: 1);
            using Tensor two = ones(2, 2);
            using Tensor product = two.matmul(two);
            using Tensor sum = product.sum();
            float found = sum.item<float>();
            string version = __version__;
            string value = $"{version}, {get_num_threads()} thread(s) until a command asks for more";
            return (version, found == 8f
                ? new Finding("libtorch", $"{value}; a test product is right")
                : new Finding("libtorch", value, $"the sum of a test product is {found.ToString(CultureInfo.InvariantCulture)}, not 8", "reinstall: delete the output folder and build again"));
        }
        catch (LengthwiseException e)
        {
            return ("", new Finding("libtorch", "does not load", e.Message, LoadAdvice()));
        }
    }

    private static string LoadAdvice()
    {
        string library = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so");
        if (!File.Exists(library)) return $"'{library}' is absent: build with 'dotnet build -c Release' on this machine, or publish for {RuntimeInformation.RuntimeIdentifier}";
        return OperatingSystem.IsLinux()
            ? $"run 'ldd {library}' for the missing library; glibc 2.31 and a C++ library with GLIBCXX_3.4.29 or newer are needed (Debian 12, Ubuntu 22.04, RHEL 9)"
            : "install the current Visual C++ runtime (Windows) or build for this processor (macOS)";
    }

    private static Finding Folder(string name, DirectoryInfo folder, string fix)
    {
        string value = folder.FullName;
        try
        {
            // A folder that is not there yet is judged by the nearest one that is: the doctor makes nothing that stays.
            DirectoryInfo present = folder;
            while (!present.Exists && present.Parent is not null)
            {
                if (File.Exists(present.FullName)) throw new IOException($"'{present.FullName}' is a file");
                present = present.Parent;
            }
            string probe = Path.Combine(present.FullName, $".lengthwise-{Environment.ProcessId}.probe");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
            long free = new DriveInfo(present.FullName).AvailableFreeSpace;
            value += $", {Amount.Bytes(free)} free";
            return free >= LowDiskBytes
                ? new(name, value)
                : new(name, value, $"less than {Amount.Bytes(LowDiskBytes)} of disk is free", $"free some space, or {fix}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(name, value, $"cannot be written: {e.Message}", fix);
        }
    }
}

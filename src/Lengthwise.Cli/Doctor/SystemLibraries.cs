using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Lengthwise.Cli.Doctor;

/// <summary>The C and C++ libraries that libtorch stands on (Linux only).</summary>
internal static class SystemLibraries
{
    private const int OldestGlibcMinor = 31, OldestGlibcxx = 29, NativeGlibcxx = 32;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint VersionFunction();

    /// <summary>What was found; empty elsewhere than on Linux.</summary>
    public static IEnumerable<Finding> Find() => OperatingSystem.IsLinux() ? [Glibc(), Glibcxx()] : [];

    private static Finding Glibc()
    {
        if (!NativeLibrary.TryLoad("libc.so.6", out nint libc) || !NativeLibrary.TryGetExport(libc, "gnu_get_libc_version", out nint address))
            return new("glibc", "absent", "libtorch is built for glibc, and this system has another C library", "use a Debian, Ubuntu, Fedora or RHEL system or image");
        string version = Marshal.PtrToStringUTF8(Marshal.GetDelegateForFunctionPointer<VersionFunction>(address)()) ?? "";
        bool isOld = Version.TryParse(version, out Version? parsed) && parsed < new Version(2, OldestGlibcMinor);
        return isOld
            ? new("glibc", version, $"older than 2.{OldestGlibcMinor}", "use a newer system or image (Debian 12, Ubuntu 22.04, RHEL 9)")
            : new("glibc", version);
    }

    private static Finding Glibcxx()
    {
        const string name = "C++ library";
        if (!NativeLibrary.TryLoad("libstdc++.so.6", out _))
            return new(name, "absent", "libstdc++.so.6 cannot be loaded", "install it: 'apt install libstdc++6' or 'dnf install libstdc++'");
        string? path = LoadedPath("libstdc++.so");
        int newest = path is null ? 0 : NewestGlibcxx(path);
        if (newest == 0) return new(name, $"loaded from '{path}', version unknown");

        string value = string.Create(CultureInfo.InvariantCulture, $"GLIBCXX_3.4.{newest}");
        if (newest < OldestGlibcxx)
            return new(name, value, $"older than GLIBCXX_3.4.{OldestGlibcxx}", "use a newer system or image (Debian 12, Ubuntu 22.04, RHEL 9)");
        return newest >= NativeGlibcxx
            ? new(name, value)
            : new(name, $"{value}; TorchSharp asks for 3.4.{NativeGlibcxx}, a need that the build marks as optional in its copy");
    }

    private static string? LoadedPath(string fileStart)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            int at = line.IndexOf('/', StringComparison.Ordinal);
            if (at >= 0 && Path.GetFileName(line[at..]).StartsWith(fileStart, StringComparison.Ordinal)) return line[at..];
        }
        return null;
    }

    private static int NewestGlibcxx(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        ReadOnlySpan<byte> mark = "GLIBCXX_3.4."u8;
        int newest = 0;
        for (int at = bytes.IndexOf(mark); at >= 0; at = bytes.IndexOf(mark))
        {
            bytes = bytes[(at + mark.Length)..];
            int end = bytes.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (end > 0 && int.TryParse(Encoding.ASCII.GetString(bytes[..end]), CultureInfo.InvariantCulture, out int found)) newest = Math.Max(newest, found);
        }
        return newest;
    }
}

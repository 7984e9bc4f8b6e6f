using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Native;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels.Dispatch;

/// <summary>
/// The choice that measurement gave on a machine: made once for a processor, a number of threads and the versions of Lengthwise and libtorch, and kept
/// in the user's cache folder. A file that cannot be read, or that belongs to something else, is measured again.
/// </summary>
/// <param name="Machine">What it holds for.</param>
/// <param name="Ratios">libtorch's time by ours, of each operation.</param>
/// <param name="Routes">What was chosen.</param>
public sealed record MeasuredChoice(string Machine, IReadOnlyDictionary<string, double> Ratios, IReadOnlyDictionary<string, string> Routes)
{
    private const string Folder = "kernels";

    /// <summary>The choice.</summary>
    public KernelChoice Choice => KernelChoice.FromRoutes(Routes) ?? KernelChoice.AllOwn;

    /// <summary>The choice for this machine; takes about a second the first time, and starts libtorch for it.</summary>
    /// <param name="cache">The user's cache folder; its subfolder <c>kernels</c> keeps the file.</param>
    /// <param name="threads">Threads of libtorch and of the kernels.</param>
    /// <param name="keep">Whether a new measurement is stored.</param>
    public static MeasuredChoice Get(DirectoryInfo cache, int threads, bool keep = true)
    {
        string machine = ThisMachine(threads);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(machine)))[..16];
        string path = Path.Combine(cache.FullName, Folder, $"{hash}.json");
        if (Read(path) is { } stored && stored.Machine == machine) return stored;

        NativeRuntime.Start(threads);
        IReadOnlyDictionary<KernelOperation, double> ratios = KernelTrial.All();
        var measured = new MeasuredChoice(
            machine, ratios.ToDictionary(r => Naming.ToKey(r.Key), r => Math.Round(r.Value, 3)), KernelTrial.Decide(ratios).Routes);
        if (keep) measured.TryWrite(path);
        return measured;
    }

    /// <summary>From a file; null when there is none or it is damaged.</summary>
    public static MeasuredChoice? Read(string path)
    {
        try
        {
            MeasuredChoice? stored = File.Exists(path) ? JsonSerializer.Deserialize<MeasuredChoice>(File.ReadAllBytes(path)) : null;
            return stored is { Machine: not null, Ratios: not null } && KernelChoice.FromRoutes(stored.Routes) is not null ? stored : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Stores it whole.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this));

    /// <summary>One line for a person: each operation's route and how many times as long libtorch took as ours.</summary>
    public string Describe() => string.Join(
        ", ", Routes.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key} {r.Value}{(Ratios.TryGetValue(r.Key, out double ratio) ? $" ({ratio:0.0}x)" : "")}")));

    private void TryWrite(string path)
    {
        try
        {
            Write(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is measured again next time; the run stores what it used.
        }
    }

    private static string ThisMachine(int threads)
    {
        string libtorch = typeof(Tensor).Assembly.GetName().Version?.ToString() ?? "unknown";
        MachineInfo machine = MachineProbe.Collect(libtorch);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{machine.Cpu}, {KernelRoute.Best.Name}, {threads} thread(s), .NET {machine.DotNet}, Lengthwise {machine.Lengthwise}, TorchSharp {libtorch}");
    }
}

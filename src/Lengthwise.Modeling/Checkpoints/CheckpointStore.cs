using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lengthwise.Modeling.Checkpoints;

/// <summary>
/// Checkpoints of one run: a safetensors file and, written after it, a JSON file that names it with its hash. A checkpoint
/// exists when its JSON does; the last two are kept; a damaged one is named and the one before it is used.
/// </summary>
public sealed class CheckpointStore(string folder)
{
    private const int Kept = 2;
    private const string StateSuffix = ".json";
    private const string TensorSuffix = ".safetensors";

    /// <summary>Writes a checkpoint and drops those older than the last two.</summary>
    /// <param name="sequence">Higher than every earlier one.</param>
    /// <param name="tensors">Weights and moments.</param>
    /// <param name="state">Scalars.</param>
    public void Save(long sequence, SafetensorsFile tensors, JsonObject state)
    {
        Directory.CreateDirectory(folder);
        string tensorPath = PathOf(sequence, TensorSuffix);
        string hash = "";
        AtomicFile.Write(tensorPath, stream =>
        {
            using var hasher = SHA256.Create();
            using (var both = new CryptoStream(stream, hasher, CryptoStreamMode.Write, leaveOpen: true)) tensors.Write(both);
            hash = Convert.ToHexStringLower(hasher.Hash!);
        });
        var document = new JsonObject { ["schema"] = 1, ["tensors_sha256"] = hash, ["state"] = state };
        AtomicFile.WriteText(PathOf(sequence, StateSuffix), document.ToJsonString());
        foreach (long old in Sequences().Skip(Kept)) Delete(old);
    }

    /// <summary>The newest sound checkpoint, or null when there is none.</summary>
    /// <param name="onDamaged">Hears of every checkpoint that had to be passed over.</param>
    /// <param name="accept">Refuses a checkpoint with a reason, or null to take it.</param>
    public Checkpoint? Load(Action<string> onDamaged, Func<Checkpoint, string?> accept)
    {
        foreach (long sequence in Sequences())
        {
            try
            {
                Checkpoint checkpoint = Read(sequence);
                if (accept(checkpoint) is not { } reason) return checkpoint;
                onDamaged($"checkpoint '{PathOf(sequence, StateSuffix)}' cannot be used: {reason}; trying the one before it");
            }
            catch (Exception e) when (e is IOException or JsonException or InvalidDataException or InvalidOperationException or LengthwiseException)
            {
                onDamaged($"checkpoint '{PathOf(sequence, StateSuffix)}' is damaged: {e.Message}; trying the one before it");
            }
        }
        return null;
    }

    /// <summary>Removes all checkpoints, once the run has its result.</summary>
    public void Clear()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Removes what a killed process left half-written: partial files, and tensors without their JSON.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(folder)) return;
        HashSet<string> named = [.. Sequences().Select(n => PathOf(n, TensorSuffix))];
        foreach (string file in Directory.GetFiles(folder))
            if (file.EndsWith(".partial", StringComparison.Ordinal) || (file.EndsWith(TensorSuffix, StringComparison.Ordinal) && !named.Contains(file)))
                File.Delete(file);
    }

    private Checkpoint Read(long sequence)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(PathOf(sequence, StateSuffix)));
        string expected = document.RootElement.GetProperty("tensors_sha256").GetString() ?? "";
        byte[] bytes = File.ReadAllBytes(PathOf(sequence, TensorSuffix));
        string found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (found != expected) throw new InvalidDataException($"its tensors hash to {found}, expected {expected}");
        return new Checkpoint(sequence, SafetensorsFile.Parse(bytes), document.RootElement.GetProperty("state").Clone());
    }

    /// <summary>Sequence numbers that have a JSON file, newest first.</summary>
    private long[] Sequences() => !Directory.Exists(folder)
        ? []
        : Directory.GetFiles(folder, "*" + StateSuffix)
            .Select(p => long.TryParse(Path.GetFileNameWithoutExtension(p), NumberStyles.None, CultureInfo.InvariantCulture, out long n) ? n : -1)
            .Where(n => n >= 0)
            .OrderDescending()
            .ToArray();

    private void Delete(long sequence)
    {
        File.Delete(PathOf(sequence, StateSuffix));
        File.Delete(PathOf(sequence, TensorSuffix));
    }

    private string PathOf(long sequence, string suffix) =>
        Path.Combine(folder, sequence.ToString("D10", CultureInfo.InvariantCulture) + suffix);
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lengthwise.Cli.Tests;

/// <summary>A temporary folder with a cache, and the smallest comparison.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-cli-");

    public string Cache => Path.Combine(_folder.FullName, "cache");

    public string At(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>The smoke preset with one model and one seed: two cells of eight steps.</summary>
    public string[] Smoke(string folder, params string[] more) =>
        ["compare", "--preset", "smoke", "--models", "transformer", "--seeds", "1", "--out", At(folder), "--cache", Cache, .. more];

    /// <summary>A comparison with tuning that takes long enough to be killed in its middle.</summary>
    public string[] Longer(string folder, params string[] more) =>
    [
        "compare", "--preset", "smoke", "--models", "transformer", "--seeds", "2", "--out", At(folder), "--cache", Cache, "--json",
        "--set", "compare.lr_grid=[0.001,0.01]", "--set", "budget.pretrain=60", "--set", "budget.finetune=60", "--set", "run.checkpoint_seconds=0.1", .. more,
    ];

    /// <summary>The document without what differs from run to run: times, memory and names of runs.</summary>
    public static string Comparable(string json)
    {
        JsonNode document = JsonNode.Parse(json)!;
        Strip(document);
        return document.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Strip(JsonNode? node)
    {
        if (node is JsonArray items)
            foreach (JsonNode? item in items) Strip(item);
        if (node is not JsonObject entries) return;
        foreach (string key in (string[])["seconds", "tokens_per_second", "peak_memory_bytes", "run"]) entries.Remove(key);
        foreach ((_, JsonNode? value) in entries) Strip(value);
    }
}

using System.Text;

namespace Lengthwise.Modeling.Tests.Tasks;

/// <summary>Every task at its smallest: settings, and for tasks on files the files.</summary>
internal static class TinyTasks
{
    private static readonly string[] Probe = ["train_size=24", "validation_size=8", "test_size=8"];

    // Sequences of 1,024 steps, the fewest that the task has.
    private static readonly string[] Pathfinder = ["resolution=32", "contour_length=4", "train_size=16", "validation_size=4", "test_size=4"];

    private static readonly Dictionary<string, Func<DirectoryInfo, string[]>> Makers = new(StringComparer.Ordinal)
    {
        ["adding"] = _ => ["length=12", .. Probe],
        ["associative-recall"] = _ => ["length=16", "pairs=4", .. Probe],
        ["bidmc"] = TinyFiles.Bidmc,
        ["fashion-mnist"] = _ => ["side=14", .. Probe],
        ["image"] = TinyFiles.Cifar,
        ["listops"] = _ => ["min_length=8", "max_length=30", .. Probe],
        ["markov-sources"] = _ => ["length=12", .. Probe],
        ["own-data"] = OwnData,
        ["parity"] = _ => ["min_length=4", "max_length=12", .. Probe],
        ["path-x"] = _ => Pathfinder,
        ["pathfinder"] = _ => Pathfinder,
        ["pathx-256"] = _ => Pathfinder,
        ["retrieval"] = TinyFiles.Retrieval,
        ["scifar"] = TinyFiles.Cifar,
        ["selective-copy"] = _ => ["length=16", "copied=4", .. Probe],
        ["speech-commands"] = TinyFiles.Speech,
        ["text"] = TinyFiles.Text,
        ["two-symbols"] = _ => ["length=16", "min_distance=4", "max_distance=10", .. Probe],
        ["urns"] = _ => ["length=12", .. Probe],
    };

    /// <summary>Tasks that are covered.</summary>
    public static IEnumerable<string> Names => Makers.Keys;

    /// <summary>Overrides that make the task tiny.</summary>
    public static string[] Overrides(string task, DirectoryInfo folder) => [.. Makers[task](folder).Select(setting => $"task.{setting}")];

    private static string[] OwnData(DirectoryInfo folder)
    {
        string path = Path.Combine(folder.FullName, "rows.csv");
        IEnumerable<string> rows = Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{(i % 3 == 2 ? "" : i % 3 == 1 ? "up" : "down")},{string.Join(',', Enumerable.Range(0, 12).Select(t => i % 3 == 1 ? t + i : i - t))}"));
        File.WriteAllLines(path, ["label,v0,v1,v2,v3,v4,v5,v6,v7,v8,v9,v10,v11", .. rows], new UTF8Encoding(false));
        return [$"path='{path}'"];
    }
}

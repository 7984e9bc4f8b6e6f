using System.Reflection;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Models;

/// <summary>Every architecture of this assembly, found by its attribute.</summary>
public static class ModelCatalog
{
    private static readonly SortedDictionary<string, (Type Architecture, Type Settings)> Entries = Find();

    /// <summary>Settings record by model name.</summary>
    public static IReadOnlyDictionary<string, Type> Settings { get; } =
        new SortedDictionary<string, Type>(Entries.ToDictionary(e => e.Key, e => e.Value.Settings), StringComparer.Ordinal);

    /// <summary>Makes the architecture of that name.</summary>
    public static ModelArchitecture Create(string name) => (ModelArchitecture)Activator.CreateInstance(Entries[name].Architecture)!;

    /// <summary>Objectives that a model admits with its default settings; the compute-matched one is another budget of the same.</summary>
    public static IReadOnlyList<ObjectiveKind> Objectives(string name)
    {
        ModelSettings settings = Defaults(name);
        return [.. Enum.GetValues<ObjectiveKind>().Where(o => o != ObjectiveKind.ScratchMatched && settings.ObstacleTo(o) is null)];
    }

    /// <summary>What lists must say beside a model's name; null for nothing.</summary>
    public static string? Remark(string name) => Defaults(name).Remark;

    private static ModelSettings Defaults(string name) => (ModelSettings)Activator.CreateInstance(Entries[name].Settings)!;

    private static SortedDictionary<string, (Type, Type)> Find()
    {
        var found = new SortedDictionary<string, (Type, Type)>(StringComparer.Ordinal);
        foreach (Type type in typeof(ModelCatalog).Assembly.GetTypes())
            if (type.GetCustomAttribute<SequenceModelAttribute>() is { } mark) found.Add(mark.Name, (type, mark.Settings));
        return found;
    }
}

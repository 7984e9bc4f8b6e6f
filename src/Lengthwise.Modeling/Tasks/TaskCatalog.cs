using System.Reflection;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Every task of this assembly, found by its attribute.</summary>
public static class TaskCatalog
{
    private static readonly SortedDictionary<string, (Type Task, Type Settings)> Entries = Find();

    /// <summary>Settings record by task name.</summary>
    public static IReadOnlyDictionary<string, Type> Settings { get; } =
        new SortedDictionary<string, Type>(Entries.ToDictionary(e => e.Key, e => e.Value.Settings), StringComparer.Ordinal);

    /// <summary>Makes the task with its settings.</summary>
    public static SequenceTask Create(string name, TaskSettings settings) =>
        (SequenceTask)Activator.CreateInstance(Entries[name].Task, settings)!;

    /// <summary>Makes the task with its default settings.</summary>
    public static SequenceTask Create(string name) => Create(name, (TaskSettings)Activator.CreateInstance(Entries[name].Settings)!);

    private static SortedDictionary<string, (Type, Type)> Find()
    {
        var found = new SortedDictionary<string, (Type, Type)>(StringComparer.Ordinal);
        foreach (Type type in typeof(TaskCatalog).Assembly.GetTypes())
            if (type.GetCustomAttribute<SequenceTaskAttribute>() is { } mark) found.Add(mark.Name, (type, mark.Settings));
        return found;
    }
}

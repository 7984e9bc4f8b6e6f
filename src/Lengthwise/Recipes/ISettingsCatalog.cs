namespace Lengthwise.Recipes;

/// <summary>Names of the known tasks and models and the settings records that their sections are read into.</summary>
public interface ISettingsCatalog
{
    /// <summary>Settings record per task name; each type derives from <see cref="TaskSettings"/>.</summary>
    IReadOnlyDictionary<string, Type> Tasks { get; }

    /// <summary>Settings record per model name; each type derives from <see cref="ModelSettings"/>.</summary>
    IReadOnlyDictionary<string, Type> Models { get; }
}

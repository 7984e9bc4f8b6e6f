namespace Lengthwise.Recipes;

/// <summary>
/// What reports call a run where its task, model and objective alone do not say which arm it belongs to, the recipe's <c>[arm]</c> section.
/// A comparison that varies something else, such as the initialisation, writes it; it names and changes no number.
/// </summary>
public sealed record ArmLabels
{
    /// <summary>In place of the task's name.</summary>
    public string? Task { get; init; }

    /// <summary>In place of the model's name.</summary>
    public string? Model { get; init; }

    /// <summary>In place of the objective's name.</summary>
    public string? Objective { get; init; }

    /// <summary>Problems that concern several settings at once; empty when there are none.</summary>
    public IEnumerable<string> Validate()
    {
        foreach ((string key, string? label) in new[] { ("task", Task), ("model", Model), ("objective", Objective) })
        {
            if (label is not null && (label.Length == 0 || label.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not '-' and not '.' and not '_')))
                yield return $"'{key}' is '{label}', expected letters, digits, '-', '.' and '_': folders are called after it";
        }
    }
}

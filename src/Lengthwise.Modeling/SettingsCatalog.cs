using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling;

/// <summary>The tasks and models of this assembly, for the recipe reader.</summary>
public sealed class SettingsCatalog : ISettingsCatalog
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Type> Tasks => TaskCatalog.Settings;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Type> Models => ModelCatalog.Settings;
}

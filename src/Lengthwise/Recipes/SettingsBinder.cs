using System.Globalization;
using System.Reflection;

namespace Lengthwise.Recipes;

/// <summary>Fills a settings record from the keys of a section and reports every key that does not fit.</summary>
internal sealed class SettingsBinder(ISettingsCatalog catalog, RecipeProblems problems)
{
    private static readonly MethodInfo ListFactory =
        typeof(SettingsBinder).GetMethod(nameof(ToList), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>A record of that type: its defaults, with the entries on top. Entries that are wrong are reported and left out.</summary>
    public object Bind(Type record, IEnumerable<RecipeEntry> entries)
    {
        object settings = Activator.CreateInstance(record)!;
        SettingsShape shape = SettingsShape.Of(record);
        foreach (RecipeEntry entry in entries)
        {
            if (problems.IsFull) break;
            if (shape.Find(entry.Key) is not { } property) ReportUnknown(entry, shape);
            else if (TryConvert(entry, property, out object? value)) property.Set(settings, value);
        }
        return settings;
    }

    private void ReportUnknown(RecipeEntry entry, SettingsShape shape)
    {
        string message = $"unknown key {RecipeProblemText.Quote(entry.Key)} in [{entry.Section}]";
        string hint = Suggestions.Hint("known keys", entry.Key, KeysOf(entry.Section, shape));
        IEnumerable<string> owners = Owners(entry).Take(3);
        problems.Add(entry.Place, message, owners.Any() ? $"{hint}\n'{entry.Key}' belongs to {string.Join(", ", owners)}" : hint);
    }

    private static string[] KeysOf(string section, SettingsShape shape) =>
        section is RecipeSections.Task or RecipeSections.Model ? [RecipeSections.Name, .. shape.Keys] : [.. shape.Keys];

    private IEnumerable<string> Owners(RecipeEntry entry)
    {
        foreach ((string name, Type type) in catalog.Models.Where(m => SettingsShape.Of(m.Value).Find(entry.Key) is not null))
            if (entry.Section == RecipeSections.Model || IsOwn(type, entry.Key)) yield return $"model '{name}'";
        foreach ((string name, Type type) in catalog.Tasks.Where(t => SettingsShape.Of(t.Value).Find(entry.Key) is not null))
            if (entry.Section == RecipeSections.Task || IsOwn(type, entry.Key)) yield return $"task '{name}'";
        bool isCommon = SettingsShape.Of(typeof(ModelSettings)).Find(entry.Key) is not null;
        if (isCommon && entry.Section != RecipeSections.Model) yield return "[model]";
        foreach ((string section, Type type) in RecipeSections.Fixed)
        {
            bool isOther = section != entry.Section && section != RecipeSections.Pretraining;
            if (isOther && SettingsShape.Of(type).Find(entry.Key) is not null) yield return $"[{section}]";
        }
    }

    private static bool IsOwn(Type type, string key) => SettingsShape.Of(type.BaseType!).Find(key) is null;

    private bool TryConvert(RecipeEntry entry, SettingsProperty property, out object? value)
    {
        value = null;
        if (property.ListType is not null) return TryConvertList(entry, property, out value);
        if (entry.Value.IsAbsent && property.CanBeAbsent && !IsEnumValue(property, TomlValue.Absent)) return true;
        return TryConvertItem(entry, entry.Value, property, out value);
    }

    private bool TryConvertList(RecipeEntry entry, SettingsProperty property, out object? value)
    {
        value = null;
        IReadOnlyList<TomlValue>? items = entry.Value.Content as List<TomlValue>;
        // --set compare.lr_grid=0.001 is a list of one: a shell user cannot be asked for brackets.
        if (items is null && entry.Place.IsOverride) items = [entry.Value];
        if (items is null)
        {
            problems.Add(entry.Value.Place,
                $"'{entry.Key}' is {entry.Value.Describe()}; expected a list of {Expected(property, plural: true)}",
                "put the value in brackets");
            return false;
        }
        Array converted = Array.CreateInstance(property.ItemType, items.Count);
        bool all = true;
        for (int i = 0; i < items.Count; i++)
        {
            if (TryConvertItem(entry, items[i], property, out object? item)) converted.SetValue(item, i);
            else all = false;
        }
        if (all) value = ListFactory.MakeGenericMethod(property.ItemType).Invoke(null, [converted]);
        return all;
    }

    private static ValueList<T> ToList<T>(T[] items) => [.. items];

    private bool TryConvertItem(RecipeEntry entry, TomlValue written, SettingsProperty property, out object? value)
    {
        value = Convert(written.Content, property.ItemType, entry.Place.IsOverride);
        string has = ReferenceEquals(written, entry.Value) ? $"'{entry.Key}' is" : $"'{entry.Key}' contains";
        if (value is null && property.ItemType.IsEnum && written.Content is string name)
        {
            problems.Add(written.Place, $"unknown value {RecipeProblemText.Quote(name)} for '{entry.Key}'",
                Suggestions.Hint("known values", name, EnumKeys(property.ItemType)));
            return false;
        }
        if (value is null)
        {
            problems.Add(written.Place, $"{has} {written.Describe()}; expected {Expected(property, plural: false)}",
                property.CanBeAbsent ? $"or \"{TomlValue.Absent}\" to leave it out" : "");
            return false;
        }
        string? expected = property switch
        {
            { Range: { } range } when !InRange(value, range) => $"{Text(range.Minimum)} to {Text(range.Maximum)}",
            { Allowed: { } allowed } when !allowed.Values.Contains(value) => string.Join(" or ", allowed.Values.Select(Text)),
            _ => null,
        };
        if (expected is null) return true;
        problems.Add(written.Place, $"{has} {Text(value)}; expected {expected}");
        return false;
    }

    private static object? Convert(object content, Type type, bool isOverride)
    {
        if (type.IsEnum) return content is string name ? EnumValue(type, name) : null;
        if (type == typeof(string)) return content as string ?? (isOverride && content is long or double ? Text(content) : null);
        if (type == typeof(bool)) return content as bool?;
        if (type == typeof(double)) return Finite(content);
        if (type == typeof(float)) return Finite(content) is { } number && float.IsFinite((float)number) ? (float)number : null;
        if (type == typeof(long)) return content as long?;
        if (type == typeof(int)) return content is long integer and >= int.MinValue and <= int.MaxValue ? (int)integer : null;
        throw new NotSupportedException($"Settings of type {type} cannot be read from a recipe.");
    }

    private static double? Finite(object content) => content switch
    {
        double number when double.IsFinite(number) => number,
        long number => number,
        _ => null,
    };

    private static bool InRange(object value, System.ComponentModel.DataAnnotations.RangeAttribute range)
    {
        double number = System.Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return number >= System.Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture)
            && number <= System.Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
    }

    private static string Expected(SettingsProperty property, bool plural)
    {
        Type type = property.ItemType;
        if (type.IsEnum) return string.Join(" or ", EnumKeys(type).Select(k => $"'{k}'"));
        if (type == typeof(bool)) return plural ? "truth values" : "true or false";
        if (type == typeof(string)) return plural ? "texts" : "a text in quotes";
        bool isInteger = type == typeof(int) || type == typeof(long);
        if (plural) return isInteger ? "integers" : "numbers";
        string kind = isInteger ? "an integer" : "a finite number";
        return property.Range is { } range ? $"{kind} from {Text(range.Minimum)} to {Text(range.Maximum)}" : kind;
    }

    private static bool IsEnumValue(SettingsProperty property, string key) =>
        property.ItemType.IsEnum && EnumValue(property.ItemType, key) is not null;

    private static string[] EnumKeys(Type type) => [.. Enum.GetNames(type).Select(name => Naming.KeyOf(type, name))];

    private static object? EnumValue(Type type, string key)
    {
        int index = Array.IndexOf(EnumKeys(type), key);
        return index < 0 ? null : Enum.Parse(type, Enum.GetNames(type)[index]);
    }

    private static string Text(object? value) => value switch
    {
        double number => RecipeNumber.ToText(number),
        string text => RecipeProblemText.Quote(text),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };
}

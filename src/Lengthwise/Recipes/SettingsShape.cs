using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Lengthwise.Recipes;

/// <summary>The keys of a settings record: its public properties that can be set, base record first, in source order.</summary>
internal sealed class SettingsShape
{
    private static readonly ConcurrentDictionary<Type, SettingsShape> Shapes = new();

    private readonly Dictionary<string, SettingsProperty> _byKey;

    private SettingsShape(Type record)
    {
        var properties = new List<SettingsProperty>();
        foreach (Type type in Lineage(record).Reverse())
        {
            IEnumerable<PropertyInfo> declared = type
                .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(p => p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0)
                .OrderBy(p => p.MetadataToken);
            properties.AddRange(declared.Select(p => new SettingsProperty(p)));
        }
        Properties = properties;
        _byKey = properties.ToDictionary(p => p.Key, StringComparer.Ordinal);
    }

    public IReadOnlyList<SettingsProperty> Properties { get; }

    public IReadOnlyCollection<string> Keys => [.. Properties.Select(p => p.Key)];

    public static SettingsShape Of(Type record) => Shapes.GetOrAdd(record, type => new SettingsShape(type));

    public SettingsProperty? Find(string key) => _byKey.GetValueOrDefault(key);

    private static IEnumerable<Type> Lineage(Type record)
    {
        for (Type? type = record; type is not null && type != typeof(object); type = type.BaseType) yield return type;
    }
}

/// <summary>One key of a settings record.</summary>
internal sealed class SettingsProperty
{
    private readonly PropertyInfo _property;

    public SettingsProperty(PropertyInfo property)
    {
        _property = property;
        Key = Naming.ToKey(property.Name);
        Type type = property.PropertyType;
        Type? definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        ListType = definition == typeof(ValueList<>) || definition == typeof(IReadOnlyList<>) ? type : null;
        Type item = ListType?.GenericTypeArguments[0] ?? type;
        ItemType = Nullable.GetUnderlyingType(item) ?? item;
        CanBeAbsent = ListType is null && (ItemType != item || IsNullableReference(property));
        Range = property.GetCustomAttribute<RangeAttribute>();
        Allowed = property.GetCustomAttribute<AllowedValuesAttribute>();
    }

    public string Key { get; }

    /// <summary>Type of the value, or of a list's items; never nullable.</summary>
    public Type ItemType { get; }

    /// <summary>The list type when the setting is a list.</summary>
    public Type? ListType { get; }

    /// <summary>Whether the setting may be left out altogether, written as <see cref="TomlValue.Absent"/>.</summary>
    public bool CanBeAbsent { get; }

    /// <summary>Limits of the value; of each item in a list.</summary>
    public RangeAttribute? Range { get; }

    /// <summary>The only values; of each item in a list.</summary>
    public AllowedValuesAttribute? Allowed { get; }

    public object? Get(object settings) => _property.GetValue(settings);

    public void Set(object settings, object? value) => _property.SetValue(settings, value);

    private static bool IsNullableReference(PropertyInfo property) =>
        !property.PropertyType.IsValueType && new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;
}

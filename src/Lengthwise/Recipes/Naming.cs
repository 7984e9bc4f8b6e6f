using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;

namespace Lengthwise.Recipes;

/// <summary>The one policy between C# names and the names in recipes, tables and JSON: <c>DModel</c> is <c>d_model</c>.</summary>
public static class Naming
{
    /// <summary>Snake case of a Pascal-case name; every capital starts a word.</summary>
    public static string ToKey(string pascal)
    {
        var key = new StringBuilder(pascal.Length + 4);
        foreach (char c in pascal)
        {
            if (char.IsUpper(c) && key.Length > 0) key.Append('_');
            key.Append(char.ToLowerInvariant(c));
        }
        return key.ToString();
    }

    /// <summary>The key of an enumeration value.</summary>
    public static string ToKey<T>(T value) where T : struct, Enum => KeyOf(typeof(T), value.ToString());

    /// <summary>The key of a value of an enumeration, by its C# name; its own where it was given one.</summary>
    internal static string KeyOf(Type enumeration, string name) =>
        enumeration.GetField(name)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? ToKey(name);
}

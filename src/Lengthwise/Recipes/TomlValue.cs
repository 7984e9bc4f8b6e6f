using System.Globalization;
using Tomlyn.Syntax;

namespace Lengthwise.Recipes;

/// <summary>A value as written, with its place.</summary>
/// <param name="Content">A long, double, bool, string, a list of <see cref="TomlValue"/>, or a <see cref="TomlOther"/>.</param>
/// <param name="Place">Where the value starts.</param>
internal sealed record TomlValue(object Content, RecipePlace Place)
{
    /// <summary>How an optional setting is written when it is absent; TOML has no null.</summary>
    public const string Absent = "none";

    public bool IsAbsent => Content is Absent;

    /// <summary>What a person wrote, for messages.</summary>
    public string Describe() => Content switch
    {
        string text => $"the text {RecipeProblemText.Quote(text)}",
        long number => $"the integer {number.ToString(CultureInfo.InvariantCulture)}",
        double number => $"the number {RecipeNumber.ToText(number)}",
        bool flag => flag ? "the truth value true" : "the truth value false",
        TomlOther other => other.Kind,
        _ => "a list",
    };

    public static TomlValue From(ValueSyntax syntax, string file)
    {
        var place = new RecipePlace(file, syntax.Span.Start.Line + 1, syntax.Span.Start.Column + 1);
        return new TomlValue(Read(syntax, file), place);
    }

    private static object Read(ValueSyntax syntax, string file) => syntax switch
    {
        StringValueSyntax text => text.Value ?? "",
        IntegerValueSyntax number => number.Value,
        FloatValueSyntax number => number.Value,
        BooleanValueSyntax flag => flag.Value,
        ArraySyntax array => array.Items.Select(item => item.Value).OfType<ValueSyntax>().Select(v => From(v, file)).ToList(),
        InlineTableSyntax => new TomlOther("a table"),
        DateTimeValueSyntax => new TomlOther("a date or time"),
        _ => new TomlOther("something unreadable"),
    };
}

/// <summary>A kind of value that no setting takes.</summary>
internal sealed record TomlOther(string Kind);

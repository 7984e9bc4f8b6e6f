using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Lengthwise.Reports.Html;

/// <summary>
/// Text with markup, grown by interpolation: what stands between the braces is escaped, what the code itself wrote is not. Names from
/// a person's files can therefore never become markup, and numbers never follow the machine's culture.
/// </summary>
internal sealed class Markup
{
    private readonly StringBuilder _text = new();

    /// <summary>Appends; the holes of the interpolated string are escaped unless they hold markup.</summary>
    public void Add(Handler content) => _text.Append(content.Text);

    /// <summary>Makes markup from one interpolated string.</summary>
    public static Markup Of(Action<Markup> write)
    {
        var markup = new Markup();
        write(markup);
        return markup;
    }

    /// <summary>Text of our own that is markup already: the style sheet.</summary>
    public static Markup Trusted(string text)
    {
        var markup = new Markup();
        markup._text.Append(text);
        return markup;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static void Escape(StringBuilder page, string text)
    {
        foreach (char c in text)
            _ = c switch
            {
                '&' => page.Append("&amp;"),
                '<' => page.Append("&lt;"),
                '>' => page.Append("&gt;"),
                '"' => page.Append("&quot;"),
                '\'' => page.Append("&#39;"),
                _ when IsForbidden(c) => page.Append('\uFFFD'),
                _ => page.Append(c),
            };
    }

    /// <summary>Control characters have no place in a page and make it unreadable to XML parsers.</summary>
    private static bool IsForbidden(char c) => (c < ' ' && c is not ('\t' or '\n' or '\r')) || c is '\uFFFE' or '\uFFFF';

    /// <summary>Receives the parts of an interpolated string.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Handler
    {
        public Handler(int literalLength, int formattedCount) => Text = new StringBuilder(literalLength + 8 * formattedCount);

        internal StringBuilder Text { get; }

        public void AppendLiteral(string markup) => Text.Append(markup);

        public void AppendFormatted(string? text) => Escape(Text, text ?? "");

        public void AppendFormatted(Markup markup) => Text.Append(markup._text);

        public void AppendFormatted(double number) => Text.Append(number.ToString("0.##", CultureInfo.InvariantCulture));

        public void AppendFormatted(long number) => Text.Append(number.ToString(CultureInfo.InvariantCulture));
    }
}

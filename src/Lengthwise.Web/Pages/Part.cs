using Lengthwise.Reports.Html;

namespace Lengthwise.Web.Pages;

/// <summary>A piece of a page that is replaced as a whole when it changes; its element has this id.</summary>
/// <param name="Id">Id of the element.</param>
/// <param name="Html">The element.</param>
internal sealed record Part(string Id, string Html)
{
    /// <summary>Parts inside, which are replaced one by one as long as they stay the same in number and order.</summary>
    public IReadOnlyList<Part> Inner { get; init; } = [];

    /// <summary>A part without parts.</summary>
    public static Part Of(string id, Action<Markup> write) => new(id, Markup.Of(write).ToString());
}

/// <summary>A page as it is at one moment.</summary>
/// <param name="Title">Title of the window.</param>
/// <param name="Heading">Heading.</param>
/// <param name="Parts">What it consists of.</param>
/// <param name="Facts">What is worth saying aloud when it changes, by what it is about.</param>
internal sealed record PageState(string Title, string Heading, IReadOnlyList<Part> Parts, IReadOnlyDictionary<string, string> Facts);

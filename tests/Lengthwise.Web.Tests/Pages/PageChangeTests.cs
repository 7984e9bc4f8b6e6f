using Lengthwise.Web.Pages;

namespace Lengthwise.Web.Tests.Pages;

public sealed class PageChangeTests
{
    private static readonly Dictionary<string, string> NoFacts = [];

    [Fact]
    public void Nothing_is_sent_when_nothing_changed()
    {
        PageState state = State(Row("a", "1"), Row("b", "1"));

        Assert.True(PageChange.Between(state, state).IsEmpty);
    }

    [Fact]
    public void A_changed_row_is_sent_alone()
    {
        PageChange change = PageChange.Between(State(Row("a", "1"), Row("b", "1")), State(Row("a", "1"), Row("b", "2")));

        Assert.Equal(["b"], change.Parts.Select(p => p.Id));
    }

    [Fact]
    public void A_new_row_sends_the_whole_table()
    {
        PageChange change = PageChange.Between(State(Row("a", "1")), State(Row("a", "1"), Row("b", "1")));

        Assert.Equal(["table"], change.Parts.Select(p => p.Id));
    }

    [Fact]
    public void What_a_browser_shows_is_sent_whole_when_it_is_not_known()
    {
        PageChange change = PageChange.Between(null, State(Row("a", "1")));

        Assert.Equal(["table"], change.Parts.Select(p => p.Id));
        Assert.Empty(change.Say);
    }

    [Fact]
    public void Only_what_changed_is_said()
    {
        var before = new PageState("t", "h", [], new Dictionary<string, string> { ["who"] = "Training.", ["a"] = "A failed." });
        var now = new PageState("t", "h", [], new Dictionary<string, string> { ["who"] = "Nobody is training here.", ["a"] = "A failed." });

        Assert.Equal("Nobody is training here.", PageChange.Between(before, now).Say);
    }

    private static Part Row(string id, string text) => new(id, $"<tr id=\"{id}\"><td>{text}</td></tr>");

    private static PageState State(params Part[] rows) =>
        new("t", "h", [new Part("table", $"<table id=\"table\">{string.Concat(rows.Select(r => r.Html))}</table>") { Inner = rows }], NoFacts);
}

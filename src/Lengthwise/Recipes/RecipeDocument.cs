using Tomlyn.Syntax;

namespace Lengthwise.Recipes;

/// <summary>One file's text as sections and keys. Sections are checked here; keys are, once it is known whose they are.</summary>
internal sealed class RecipeDocument
{
    private readonly string _file;
    private readonly RecipeProblems _problems;

    private RecipeDocument(string file, RecipeProblems problems)
    {
        _file = file;
        _problems = problems;
        Layer = new RecipeLayer(file);
    }

    public RecipeLayer Layer { get; }

    /// <summary>The file to start from.</summary>
    public TomlValue? Extends { get; private set; }

    public static RecipeDocument Parse(string text, string file, RecipeProblems problems)
    {
        var document = new RecipeDocument(file, problems);
        DocumentSyntax syntax = TomlText.Parse(text, file, problems);
        foreach (KeyValueSyntax pair in syntax.KeyValues) document.ReadTopLevel(pair);
        foreach (TableSyntaxBase table in syntax.Tables) document.ReadTable(table);
        return document;
    }

    private void ReadTopLevel(KeyValueSyntax pair)
    {
        if (pair.Key is null || pair.Value is null) return;
        string[] path = Path(pair.Key);
        if (path is [RecipeSections.Extends]) ReadExtends(pair);
        else if (path.Length > 1 && IsSection(path[0], pair.Key)) Add(path[0], path[1..], pair);
        else if (path.Length == 1 && pair.Value is InlineTableSyntax table && IsSection(path[0], pair.Key)) ReadInline(path[0], table);
        else if (path.Length == 1 && RecipeSections.All.Contains(path[0]))
            _problems.Add(PlaceOf(pair.Key), $"'{path[0]}' is a section, not a key", $"write [{path[0]}] and its keys below");
        else if (path.Length == 1)
        {
            _problems.Add(PlaceOf(pair.Key), $"the key {RecipeProblemText.Quote(path[0])} stands before the first section",
                Suggestions.Hint("keys here", path[0], [RecipeSections.Extends]) + "\nother keys stand below a [section]");
        }
    }

    private void ReadExtends(KeyValueSyntax pair)
    {
        if (Extends is not null) _problems.Add(PlaceOf(pair.Key!), "'extends' is given twice", "a recipe starts from one other file");
        Extends ??= TomlValue.From(pair.Value!, _file);
    }

    private void ReadTable(TableSyntaxBase table)
    {
        if (table.Name is null) return;
        string[] path = Path(table.Name);
        RecipePlace place = PlaceOf(table);
        if (table is TableArraySyntax)
        {
            _problems.Add(place, $"[[{string.Join('.', path)}]] is a list of tables", $"write [{path[0]}]");
            return;
        }
        if (!IsSection(path[0], table)) return;
        if (path.Length > 1)
        {
            _problems.Add(place, $"unknown section {RecipeProblemText.Quote(string.Join('.', path))}", "sections are one level deep");
            return;
        }
        if (Layer.Has(path[0]))
            _problems.Add(place, $"[{path[0]}] is opened twice; it starts in line {Layer.PlaceOf(path[0]).Line}", "join the two");
        Layer.Open(path[0], place);
        foreach (KeyValueSyntax pair in table.Items)
            if (pair.Key is not null && pair.Value is not null) Add(path[0], Path(pair.Key), pair);
    }

    private void ReadInline(string section, InlineTableSyntax table)
    {
        Layer.Open(section, PlaceOf(table));
        foreach (InlineTableItemSyntax item in table.Items)
            if (item.KeyValue is { Key: { } key, Value: not null } pair) Add(section, Path(key), pair);
    }

    private void Add(string section, string[] path, KeyValueSyntax pair)
    {
        string key = string.Join('.', path);
        RecipePlace place = PlaceOf(pair.Key!);
        if (Layer.Find(section, key) is { } first)
        {
            _problems.Add(place, $"{RecipeProblemText.Quote(key)} is given twice in [{section}]; first in line {first.Place.Line}",
                "keep one of them");
            return;
        }
        Layer.Set(new RecipeEntry(section, key, TomlValue.From(pair.Value!, _file), place));
    }

    private bool IsSection(string name, SyntaxNode at)
    {
        if (RecipeSections.All.Contains(name)) return true;
        _problems.Add(PlaceOf(at), $"unknown section [{RecipeProblemText.Quote(name)[1..^1]}]",
            Suggestions.Hint("known sections", name, RecipeSections.All));
        return false;
    }

    private RecipePlace PlaceOf(SyntaxNode node) => new(_file, node.Span.Start.Line + 1, node.Span.Start.Column + 1);

    private static string[] Path(KeySyntax key) => [Text(key.Key), .. key.DotKeys.Select(item => Text(item.Key))];

    private static string Text(BareKeyOrStringValueSyntax? key) => key switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => "",
    };
}

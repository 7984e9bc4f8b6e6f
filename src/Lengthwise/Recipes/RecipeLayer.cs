namespace Lengthwise.Recipes;

/// <summary>One key as given in a file or an override.</summary>
internal sealed record RecipeEntry(string Section, string Key, TomlValue Value, RecipePlace Place);

/// <summary>The keys that one source gives, or that several give together.</summary>
internal sealed class RecipeLayer(string file)
{
    // Two ways to say one thing: a later source that gives one replaces the other of an earlier source.
    private static readonly (string, string)[] Alternatives = [("warmup_steps", "warmup_ratio")];

    private readonly Dictionary<string, SortedDictionary<string, RecipeEntry>> _sections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RecipePlace> _places = new(StringComparer.Ordinal);

    /// <summary>The file that was asked for; where problems without a line belong.</summary>
    public string File { get; } = file;

    /// <summary>Where the section starts; the file when it does not.</summary>
    public RecipePlace PlaceOf(string section) => _places.TryGetValue(section, out RecipePlace place) ? place : new RecipePlace(File);

    public bool Has(string section) => _sections.ContainsKey(section);

    public IReadOnlyCollection<RecipeEntry> Entries(string section) =>
        _sections.TryGetValue(section, out var entries) ? [.. entries.Values.OrderBy(e => e.Place.Line)] : [];

    public IEnumerable<RecipeEntry> AllEntries => _sections.Values.SelectMany(s => s.Values);

    public RecipeEntry? Find(string section, string key) => _sections.GetValueOrDefault(section)?.GetValueOrDefault(key);

    public void Open(string section, RecipePlace place)
    {
        _places.TryAdd(section, place);
        _sections.TryAdd(section, new SortedDictionary<string, RecipeEntry>(StringComparer.Ordinal));
    }

    public void Set(RecipeEntry entry)
    {
        Open(entry.Section, entry.Place);
        _sections[entry.Section][entry.Key] = entry;
    }

    /// <summary>These keys with those of a later source on top. Another name in [task] or [model] drops the earlier settings.</summary>
    public RecipeLayer With(RecipeLayer later)
    {
        var merged = new RecipeLayer(later.File == RecipePlace.Overrides ? File : later.File);
        foreach (string section in later._sections.Keys) merged.Open(section, later._places[section]);
        foreach ((string section, var entries) in _sections)
        {
            merged.Open(section, _places[section]);
            if (RenamedBy(later, section)) continue;
            foreach (RecipeEntry entry in entries.Values.Where(e => !later.Replaces(section, e.Key))) merged.Set(entry);
        }
        foreach (RecipeEntry entry in later.AllEntries) merged.Set(entry);
        return merged;
    }

    /// <summary>[pretraining] on top of [optimizer]; each entry keeps the section it was given in.</summary>
    public IReadOnlyCollection<RecipeEntry> PretrainingEntries()
    {
        IReadOnlyCollection<RecipeEntry> own = Entries(RecipeSections.Pretraining);
        IEnumerable<RecipeEntry> inherited = Entries(RecipeSections.Optimizer).Where(e => !Replaces(RecipeSections.Pretraining, e.Key));
        return [.. inherited, .. own];
    }

    private bool RenamedBy(RecipeLayer later, string section) =>
        section is RecipeSections.Task or RecipeSections.Model
        && Find(section, RecipeSections.Name)?.Value.Content is string before
        && later.Find(section, RecipeSections.Name)?.Value.Content is string after
        && before != after;

    private bool Replaces(string section, string key) =>
        Find(section, key) is not null
        || Alternatives.Any(a => (key == a.Item1 && Gives(section, a.Item2)) || (key == a.Item2 && Gives(section, a.Item1)));

    private bool Gives(string section, string key) => Find(section, key) is { Value.IsAbsent: false };
}

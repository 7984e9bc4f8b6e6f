namespace Lengthwise.Recipes;

/// <summary>Collects problems, each once: presets and <c>[pretraining]</c> look at the same key several times.</summary>
internal sealed class RecipeProblems
{
    /// <summary>Nobody reads further, and a damaged file of the largest size would fill the screen for minutes.</summary>
    public const int Limit = 100;

    private readonly List<RecipeProblem> _problems = [];
    private readonly HashSet<RecipeProblem> _seen = [];
    private readonly List<string> _files = [];

    // What stands in such a line is a guess, made to read on; only its first problem is the writer's.
    private readonly HashSet<(string File, int Line)> _unreadable = [];

    public int Count => _problems.Count;

    /// <summary>Whether more problems would not be listed, so that nobody need look for them.</summary>
    public bool IsFull => _problems.Count > Limit;

    public bool Any => _problems.Count > 0;

    /// <summary>Whether some text could not be parsed, so that a key that is absent may only be unreadable.</summary>
    public bool SawSyntaxError { get; private set; }

    /// <summary>Notes a file, so that problems are ordered as files were read.</summary>
    public void Read(string file)
    {
        if (!_files.Contains(file)) _files.Add(file);
    }

    public void Add(RecipePlace place, string message, string hint = "")
    {
        if (place.Line > 0 && _unreadable.Contains((place.File, place.Line))) return;
        var problem = new RecipeProblem(place.File, place.Line, place.Column, message, hint);
        if (IsFull || !_seen.Add(problem)) return;
        Read(place.File);
        _problems.Add(_problems.Count < Limit
            ? problem
            : new RecipeProblem("", 0, 0, $"more than {Limit} problems; the rest is not listed",
                "Repair the first ones and read the recipe again."));
    }

    /// <summary>Whether something on that line was reported already.</summary>
    public bool HasAt(RecipePlace place) => place.Line > 0 && _problems.Any(p => p.File == place.File && p.Line == place.Line);

    public void AddSyntaxError(RecipePlace place, string message, string hint = "")
    {
        SawSyntaxError = true;
        Add(place, message, hint);
        _unreadable.Add((place.File, place.Line));
    }

    /// <summary>Throws when there are problems, ordered by file (as read) and line.</summary>
    public void ThrowIfAny()
    {
        if (Any) throw new RecipeException([.. _problems.OrderBy(FileOrder).ThenBy(p => p.Line).ThenBy(p => p.Column)]);
    }

    private int FileOrder(RecipeProblem problem) => problem.File switch
    {
        "" => int.MaxValue,
        RecipePlace.Overrides => int.MaxValue - 1,
        _ => _files.IndexOf(problem.File),
    };
}

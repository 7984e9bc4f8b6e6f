namespace Lengthwise.Recipes;

/// <summary>Collects problems, each once: presets and <c>[pretraining]</c> look at the same key several times.</summary>
internal sealed class RecipeProblems
{
    /// <summary>Nobody reads further, and a damaged file of the largest size would fill the screen for minutes.</summary>
    public const int Limit = 100;

    private readonly List<RecipeProblem> _problems = [];
    private readonly HashSet<RecipeProblem> _seen = [];
    private readonly List<string> _files = [];

    public int Count => _problems.Count;

    public bool Any => _problems.Count > 0;

    /// <summary>Whether some text could not be parsed, so that a key that is absent may only be unreadable.</summary>
    public bool SawSyntaxError { get; private set; }

    public void Add(RecipePlace place, string message, string hint = "")
    {
        var problem = new RecipeProblem(place.File, place.Line, place.Column, message, hint);
        if (_problems.Count > Limit || !_seen.Add(problem)) return;
        if (!_files.Contains(place.File)) _files.Add(place.File);
        _problems.Add(_problems.Count < Limit
            ? problem
            : new RecipeProblem("", 0, 0, $"more than {Limit} problems; the rest is not listed", "Repair the first ones and read the recipe again."));
    }

    public void AddSyntaxError(RecipePlace place, string message, string hint = "")
    {
        SawSyntaxError = true;
        Add(place, message, hint);
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

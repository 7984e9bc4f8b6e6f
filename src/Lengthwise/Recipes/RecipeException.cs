namespace Lengthwise.Recipes;

/// <summary>One thing that is wrong with a recipe.</summary>
/// <param name="File">The file, or the name of the option (<c>--set</c>).</param>
/// <param name="Line">Line, from 1; 0 when there is none.</param>
/// <param name="Column">Column, from 1; 0 when there is none.</param>
/// <param name="Message">What was found and what was expected.</param>
/// <param name="Hint">What to do next; may be empty.</param>
public sealed record RecipeProblem(string File, int Line, int Column, string Message, string Hint = "");

/// <summary>A recipe that cannot be used, with every problem that was found.</summary>
public sealed class RecipeException(IReadOnlyList<RecipeProblem> problems)
    : Exception($"{problems.Count} problem(s) in the recipe; the first: {problems[0].Message}")
{
    /// <summary>All problems, in the order of the file.</summary>
    public IReadOnlyList<RecipeProblem> Problems { get; } = problems;
}

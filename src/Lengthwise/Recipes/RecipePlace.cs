namespace Lengthwise.Recipes;

/// <summary>A place in a recipe: lines and columns count from 1, and are 0 where there is none (as in <c>--set</c>).</summary>
internal readonly record struct RecipePlace(string File, int Line = 0, int Column = 0)
{
    /// <summary>What stands for a file in problems of overrides.</summary>
    public const string Overrides = "--set";

    public bool IsOverride => File == Overrides;
}

namespace Lengthwise.Recipes;

/// <summary>Settings of a task, the recipe's <c>[task]</c> section. Each task derives its own record.</summary>
public abstract record TaskSettings
{
    /// <summary>Problems that concern several settings at once; empty when there are none.</summary>
    public virtual IEnumerable<string> Validate() => [];
}

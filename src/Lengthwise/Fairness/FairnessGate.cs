using Lengthwise.Recipes;
using Lengthwise.Reports;

namespace Lengthwise.Fairness;

/// <summary>Refuses what is unfair, unless it was allowed by its name.</summary>
public static class FairnessGate
{
    /// <summary>Names from a comma-separated list.</summary>
    /// <exception cref="LengthwiseException">A name is none that refuses.</exception>
    public static IReadOnlyList<string> Allowed(string? names)
    {
        string[] given = names?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        foreach (string name in given.Where(n => !FairnessRules.Refuses(n)))
            throw new LengthwiseException(
                ExitCode.Usage, $"--allow-unfair: '{name}' refuses nothing",
                FairnessRules.Warnings.Contains(name) ? "it is a warning, which is shown and needs no leave" : Suggestions.Hint("what refuses", name, FairnessRules.Refusals));
        return given;
    }

    /// <summary>Marks what was allowed; its sentence then says so wherever it is shown.</summary>
    public static FairnessWarning Marked(FairnessWarning finding, IReadOnlyCollection<string> allowed) =>
        finding is { Refuses: true, IsAllowed: false } && allowed.Contains(finding.Code)
            ? finding with { IsAllowed = true, Message = "Unfair, and shown because it was allowed by name: " + finding.Message }
            : finding;

    /// <summary>Ends a command where something unfair was found and not allowed.</summary>
    /// <param name="doing">What was being done, such as "planning the comparison".</param>
    /// <param name="findings">Everything that was found.</param>
    /// <exception cref="LengthwiseException">With <see cref="ExitCode.BarMissed"/>, naming all of it.</exception>
    public static void Require(string doing, IEnumerable<FairnessWarning> findings)
    {
        FairnessWarning[] refused = [.. findings.Where(f => f is { Refuses: true, IsAllowed: false })];
        if (refused.Length == 0) return;
        string[] lines = [.. refused.Select(f => $"[{f.Code}]{(f.Task.Length > 0 ? $" {f.Task}" : "")}: {f.Message} {FairnessRules.RemedyFor(f.Code)}")];
        throw new LengthwiseException(
            ExitCode.BarMissed, $"{doing}: it is not fair, so it is refused\n  " + string.Join("\n  ", lines),
            $"'--allow-unfair {string.Join(",", refused.Select(f => f.Code).Distinct())}' goes on and shows this as a warning beside every number; docs/fairness.md explains the names");
    }
}

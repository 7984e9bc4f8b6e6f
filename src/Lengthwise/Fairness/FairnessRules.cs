namespace Lengthwise.Fairness;

/// <summary>
/// Names of everything that can make a comparison less than fair, and which of them refuse it. The rest is shown as a named warning wherever the
/// numbers are shown. docs/fairness.md says why each is what it is.
/// </summary>
public static class FairnessRules
{
    private static readonly SortedDictionary<string, string> Remedies = new(StringComparer.Ordinal)
    {
        ["unequal-budget"] = "Give every arm of the task the same budget in the same unit; a model's file must not have a [budget] of its own.",
        ["selection-differs"] = "Give every arm the same 'budget.evaluations': each is one more chance to be selected.",
        ["selection-split"] = "Only the validation split may select; run the cell again.",
        ["trials-differ"] = "Give every arm the same trials: the same command runs what is missing.",
        ["lr-not-chosen"] = "Delete the folders of these cells; the same command runs them with the rate that the trials chose.",
        ["data-differs"] = "Delete the folders of the cells with the other data and run them again.",
        ["task-version-differs"] = "Run the cells of the older version again.",
        ["metric-differs"] = "Run all cells with the same 'labels.metric'.",
        ["labels-differ"] = "Put [labels] into compare.toml, where it holds for every model.",
        ["precision-differs"] = "Run all cells with the same precision.",
        ["arm-parameters-differ"] = "Arms of one model must train the same model: compare all in one direction (--causal), or run those of the other size again.",
        ["parameters-not-matched"] = "The comparison asked for models of one size: make it again in another folder.",
        ["cell-differs-from-plan"] = "Delete the folders of these cells; the same command runs them as planned.",
        ["record-edited"] = "Delete result.json of the run; 'lengthwise resume RUN' or the same command makes it again.",
        ["record-contradicts-run"] = "Delete the folder of the run and start the same command again.",
    };

    private static readonly SortedSet<string> Others = new(StringComparer.Ordinal)
    {
        "scratch-not-matched", "unequal-steps", "parameters-differ", "kernels-differ", "threads-differ", "machine-differs", "versions-differ", "seeds-differ",
        "seeds-failed", "one-seed", "no-scratch-arm", "direction-differs", "lr-differs", "lr-at-edge", "many-tests", "duplicate-cells", "data-leaks",
    };

    /// <summary>Names of what refuses a comparison.</summary>
    public static IReadOnlyCollection<string> Refusals => Remedies.Keys;

    /// <summary>Names of what is only shown.</summary>
    public static IReadOnlyCollection<string> Warnings => Others;

    /// <summary>Whether a comparison with this in it is refused.</summary>
    public static bool Refuses(string code) => Remedies.ContainsKey(code);

    /// <summary>What to do about it; empty for what is only shown.</summary>
    public static string RemedyFor(string code) => Remedies.GetValueOrDefault(code, "");
}

namespace Lengthwise.Evidence;

/// <summary>A claim of the literature that a small grid can decide: its cells, its questions, its margins. One claim a file.</summary>
public abstract class Claim
{
    /// <summary>How it is asked for: <c>lengthwise reproduce --claim N</c>.</summary>
    public abstract int Number { get; }

    /// <summary>A few words.</summary>
    public abstract string Title { get; }

    /// <summary>The claim in one sentence.</summary>
    public abstract string Statement { get; }

    /// <summary>Tasks; the preset <c>evidence</c> of each is the grid.</summary>
    public abstract IReadOnlyList<string> Tasks { get; }

    /// <summary>What the claim sets in the presets, as <c>--set</c> does.</summary>
    public abstract IReadOnlyList<string> Settings { get; }

    /// <summary>On how many subjects each part has to hold.</summary>
    public virtual int Required => Tasks.Count;

    /// <summary>Findings of the fairness check that the claim's question brings along, named in its report.</summary>
    public virtual IReadOnlyList<string> AllowedUnfair => [];

    /// <summary>Whether it asks where attention lies before and after pretraining, which needs the weights of its cells.</summary>
    public virtual bool AsksForReach => false;

    /// <summary>Answers every question as far as cells are there.</summary>
    public abstract IReadOnlyList<Judgement> Judge(ClaimCells cells);

    /// <summary>
    /// Shown where every part is shown on as many subjects as it has to be; not shown where some part can no longer be; underpowered otherwise.
    /// </summary>
    public Verdict Conclude(IReadOnlyList<Judgement> judgements)
    {
        ArgumentNullException.ThrowIfNull(judgements);
        var parts = judgements.GroupBy(j => j.Part).Select(part => (
            Needed: Math.Min(Required, part.Count()), Shown: part.Count(j => j.Verdict == Verdict.Shown), Refuted: part.Count(j => j.Verdict == Verdict.NotShown), All: part.Count())).ToArray();
        if (parts.Length == 0) return Verdict.Underpowered;
        if (parts.All(p => p.Shown >= p.Needed)) return Verdict.Shown;
        return parts.Any(p => p.All - p.Refuted < p.Needed) ? Verdict.NotShown : Verdict.Underpowered;
    }
}

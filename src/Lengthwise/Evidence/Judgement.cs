using Lengthwise.Statistics;

namespace Lengthwise.Evidence;

/// <summary>One question of a claim and what the cells answer.</summary>
public sealed record Judgement
{
    /// <summary>The part of the claim; parts of one name are the same question on several tasks or models.</summary>
    public required string Part { get; init; }

    /// <summary>What it was asked of: task, and model where several are asked.</summary>
    public required string Subject { get; init; }

    /// <summary>The estimate with its 95 % interval over seeds and test items; null where cells are missing or the quantity is not defined.</summary>
    public Interval? Estimate { get; init; }

    /// <summary>Where it has to lie.</summary>
    public required Margin Margin { get; init; }

    /// <summary>What shows numbers to people: 100 for points of a share, 1 for ratios.</summary>
    public double Scale { get; init; } = 100;

    /// <summary>The answer.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Seeds beyond those at hand that would probably decide it; null when decided, or when no number would.</summary>
    public int? MoreSeeds { get; init; }

    /// <summary>Why there is no estimate; empty where there is one.</summary>
    public string Obstacle { get; init; } = "";

    /// <summary>Asks whether an estimate lies where it should.</summary>
    public static Judgement Of(string part, string subject, CrossedEstimate? estimate, Margin margin, double scale = 100)
    {
        ArgumentNullException.ThrowIfNull(margin);
        if (estimate is null)
            return new Judgement { Part = part, Subject = subject, Margin = margin, Scale = scale, Verdict = Verdict.Underpowered, Obstacle = "cells are missing" };
        Interval interval = estimate.Interval();
        Verdict verdict = margin.Judge(interval);
        return new Judgement
        {
            Part = part,
            Subject = subject,
            Estimate = interval,
            Margin = margin,
            Scale = scale,
            Verdict = verdict,
            MoreSeeds = verdict == Verdict.Underpowered ? SeedsNeeded.Of(estimate, margin.Nearest(estimate.Mean))?.More : null,
        };
    }

    /// <summary>Asks the same of a ratio that has only an interval; null where it is not defined.</summary>
    public static Judgement Of(string part, string subject, Interval? interval, Margin margin, double scale, string obstacle)
    {
        ArgumentNullException.ThrowIfNull(margin);
        return interval is null
            ? new Judgement { Part = part, Subject = subject, Margin = margin, Scale = scale, Verdict = Verdict.Underpowered, Obstacle = obstacle }
            : new Judgement { Part = part, Subject = subject, Estimate = interval, Margin = margin, Scale = scale, Verdict = margin.Judge(interval) };
    }
}

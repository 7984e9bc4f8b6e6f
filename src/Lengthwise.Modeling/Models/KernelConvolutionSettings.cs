using System.ComponentModel.DataAnnotations;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Models;

/// <summary>Settings that S4, S4D, DSS and DLR share; see <see cref="KernelConvolutionBlock"/>.</summary>
/// <remarks>
/// Deviation: the published long-range configurations use BatchNorm on most tasks; LayerNorm is the default here because
/// then no sequence influences another, in training either. Both are one setting apart.
/// </remarks>
public abstract record KernelConvolutionSettings : ModelSettings
{
    /// <summary>Smallest initial step; steps are drawn log-uniformly.</summary>
    [Range(1e-9, 1e3)] public double DtMin { get; init; } = 0.001;

    /// <summary>Largest initial step.</summary>
    [Range(1e-9, 1e3)] public double DtMax { get; init; } = 0.1;

    /// <summary>Whether the output map is Linear(D, 2D) with a GLU, instead of Linear(D, D).</summary>
    public bool Glu { get; init; } = true;

    /// <summary>Whether dropout drops a channel for the whole sequence instead of single values.</summary>
    public bool TieDropout { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        foreach (string problem in base.Validate()) yield return problem;
        if (DtMin > DtMax)
            yield return FormattableString.Invariant($"'dt_min' is {DtMin} and 'dt_max' is {DtMax}; the smaller comes first");
        if (TieDropout && Dropout == 0) yield return "'tie_dropout' is true and 'dropout' is 0, so that it has no effect";
        if (Positions == PositionKind.Rotary) yield return "'positions' is 'rotary', which only attention can use";
    }

    /// <summary>What is wrong with a number of real states that come in conjugate pairs.</summary>
    protected static IEnumerable<string> PairProblems(int states)
    {
        if (states % 2 != 0) yield return $"'d_state' is {states}, expected an even number: states come in conjugate pairs";
    }

    /// <summary>What is wrong with a number of shared state matrices.</summary>
    protected IEnumerable<string> CopyProblems(int? copies)
    {
        if (copies is int count && DModel % count != 0)
            yield return $"'n_ssm' is {count} and does not divide 'd_model', which is {DModel}";
    }
}

using Lengthwise.Evidence.Claims;

namespace Lengthwise.Evidence;

/// <summary>The claims that <c>lengthwise reproduce</c> decides.</summary>
public static class ClaimCatalog
{
    /// <summary>By number.</summary>
    public static IReadOnlyList<Claim> All { get; } =
        [new ScratchRanking(), new GainOfPretraining(), new MaskedAndCausal(), new FewLabels(), new StructuredInitialisation(), new ComputeMatched(), new Proximity()];

    /// <summary>The claim of that number.</summary>
    /// <exception cref="LengthwiseException">There is none.</exception>
    public static Claim Find(int number) => All.FirstOrDefault(c => c.Number == number)
        ?? throw new LengthwiseException(
            ExitCode.Usage,
            FormattableString.Invariant($"there is no claim {number}"),
            "claims: " + string.Join("; ", All.Select(c => FormattableString.Invariant($"{c.Number} {c.Title}"))));
}

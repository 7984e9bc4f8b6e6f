using Lengthwise.Reports;

namespace Lengthwise.Evidence.Claims;

/// <summary>Hand-made initialisations of state space models matter from scratch and hardly after pretraining.</summary>
internal sealed class StructuredInitialisation : Claim
{
    private const double Better = 0.02, Alike = 0.02;

    public override int Number => 5;

    public override string Title => "Structured initialisation becomes redundant";

    public override string Statement =>
        "From scratch the structured initialisation of S4 and S4D is more than 2 points better than a random one; after masked self-pretraining the two are equivalent within 2 points.";

    public override IReadOnlyList<string> Tasks { get; } = ["listops"];

    public override IReadOnlyList<string> Settings =>
        [.. MainGrid.Settings(MainGrid.StateSpaceModels, Arms.Scratch, "masked"), "compare.inits=[structured,random]"];

    public override IReadOnlyList<Judgement> Judge(ClaimCells cells) =>
    [
        .. Judge(cells, "structured - random, from scratch", Arms.Scratch, Margin.Above(Better)),
        .. Judge(cells, "structured - random, after pretraining", "masked", Margin.Within(Alike)),
    ];

    private IEnumerable<Judgement> Judge(ClaimCells cells, string part, string objective, Margin margin) =>
        from model in MainGrid.StateSpaceModels
        from task in Tasks
        let structured = cells.Scores(task, model, objective)
        let random = cells.Scores(task, model + "-random", objective)
        select Judgement.Of($"{part}, {model}", task, structured is null || random is null ? null : structured.Minus(random).Estimate(), margin);
}

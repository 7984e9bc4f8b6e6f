using Lengthwise.Cli.Comparing;
using Lengthwise.Cli.Output;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise compare</c>: plans, runs and reports a comparison; starting it again continues it.</summary>
internal sealed class CompareCommand : DocumentedCommand
{
    private readonly CompareOptions _options = new();

    public CompareCommand(Terminal terminal)
        : base("compare", "Trains every model from scratch and after self-pretraining under one budget, and reports which is better. "
            + "Interrupted or killed, it continues where it stopped when the same command is given again.", [
            new("compare", "the default comparison, a few minutes on two cores"),
            new("compare listops --models s4d --seeds 5", "one model on another task, five seeds"),
            new("compare fashion-mnist --out results --json > fashion.json", "real data, the result as one JSON document"),
            new("compare --causal --set budget.finetune=5 --dry-run", "only the plan, with its estimate of time and memory"),
            new("compare --data-fractions 0.1,0.3,1 --set budget.unit=steps --set budget.pretrain=800 --set budget.finetune=400", "with fewer labels, the same number of steps"),
        ])
    {
        _options.AddTo(this);
        SetAction(async (parsed, _) =>
        {
            var session = new ComparisonSession(terminal, ComparisonRequest.Read(parsed, _options));
            return (int)(parsed.GetValue(_options.DryRun) ? await session.ShowPlanAsync() : await session.RunAsync(parsed.GetValue(_options.Json)));
        });
    }
}

using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Sizing;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Reports;

namespace Lengthwise.Cli.Comparing;

/// <summary>
/// Models whose unidirectional form has fewer parameters than the other, in plans that have both: masked and causal arms of a state space model, say. The
/// finished runs would be refused for it; it is better said before they are trained.
/// </summary>
internal static class DirectionSizes
{
    /// <summary>Findings, task by task; none, and no data prepared, where all arms of a model see in the same directions.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cache">Prepared data, which says how large encoders and heads are.</param>
    public static IReadOnlyList<FairnessWarning> Of(ComparisonPlan plan, DirectoryInfo cache)
    {
        var findings = new List<FairnessWarning>();
        foreach (IGrouping<string, ArmPlan> task in plan.Arms.GroupBy(a => a.TaskLabel))
        {
            ArmPlan[][] models = [.. task.GroupBy(a => a.ModelLabel).Where(m => m.Select(a => a.Recipe.Model.Bidirectional).Distinct().Count() > 1).Select(m => m.ToArray())];
            if (models.Length == 0) continue;
            ArmPlan first = models[0][0];
            using PreparedTask data = TaskCatalog.Create(first.Recipe.TaskName, first.Recipe.Task).Prepare(cache, progress: null, CancellationToken.None);
            var size = new ModelSize(data);
            foreach (ArmPlan[] arms in models)
            {
                IGrouping<long, ArmPlan>[] sizes = [.. arms.GroupBy(a => size.Of(a.Recipe.ModelName, a.Recipe.Model))];
                if (sizes.Length < 2) continue;
                string text = string.Join("; ", sizes.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key:N0} ({string.Join(" and ", s.Select(a => a.ObjectiveLabel))})")));
                findings.Add(new("arm-parameters-differ", task.Key, $"Arms of {arms[0].ModelLabel} have different numbers of trainable parameters, since some see in one direction only: {text}."));
            }
        }
        return findings;
    }
}

using Lengthwise.Experiments;
using Lengthwise.Literature;
using Lengthwise.Reports.Diagnoses;

namespace Lengthwise.Reports;

/// <summary>What the cells of one task say.</summary>
public sealed record TaskSummary
{
    private const int MostPublished = 6, FewGroups = 10;

    /// <summary>Task name.</summary>
    public required string Name { get; init; }

    /// <summary>One line about the task; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>Primary metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether a larger metric is better.</summary>
    public bool HigherIsBetter { get; init; } = true;

    /// <summary>What guessing scores.</summary>
    public double Chance { get; init; }

    /// <summary>Test items.</summary>
    public int TestItems { get; init; }

    /// <summary>The compared cells, ordered.</summary>
    public required IReadOnlyList<RunRecord> Cells { get; init; }

    /// <summary>Model names, in the order of every table and figure.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Objectives, in the order of every table and figure.</summary>
    public required IReadOnlyList<string> Objectives { get; init; }

    /// <summary>One entry an arm.</summary>
    public required IReadOnlyList<Aggregate> Aggregates { get; init; }

    /// <summary>Arms that were asked for and do not exist.</summary>
    public IReadOnlyList<InapplicableArm> NotApplicable { get; init; } = [];

    /// <summary>Gains of pretraining, each over the compute-matched arm from scratch where its model has one.</summary>
    public required IReadOnlyList<Gain> Gains { get; init; }

    /// <summary>The same over the arm from scratch with equal fine-tuning, of models that have both.</summary>
    public IReadOnlyList<Gain> FurtherGains { get; init; } = [];

    /// <summary>Of models with both arms from scratch, the one that is better on validation.</summary>
    public IReadOnlyDictionary<string, string> StrongerBaselines { get; init; } = new Dictionary<string, string>();

    /// <summary>Gaps between models.</summary>
    public required IReadOnlyList<Gap> Gaps { get; init; }

    /// <summary>Diagnoses, counted per arm.</summary>
    public required IReadOnlyList<DiagnosisCount> Diagnoses { get; init; }

    /// <summary>What arms spent until they reached two targets.</summary>
    public IReadOnlyList<TargetCost> TargetCosts { get; init; } = [];

    /// <summary>Seeds that stayed at the level of guessing, by arm.</summary>
    public IReadOnlyList<Plateau> Plateaus { get; init; } = [];

    /// <summary>Pretraining loss and gain of each pretrained run.</summary>
    public IReadOnlyList<PretrainingGain> PretrainingGains { get; init; } = [];

    /// <summary>The answer in sentences, the main one first.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>The best published scores of the compared models on this task, a few for each, in the order of the models.</summary>
    internal IReadOnlyList<PublishedResult> Published =>
    [
        .. Models.SelectMany(model => PublishedResults.Of(Name).SelectMany(part => part.Where(r => ModelFamily.Of(r.Model) == model).Take(MostPublished)))
    ];

    /// <summary>What its intervals count.</summary>
    internal string Uncertainty
    {
        get
        {
            Aggregate[] scored = [.. Aggregates.Where(a => a.Test is not null)];
            if (scored.Length == 0 || !scored.All(a => a.CountsItems)) return "over seeds alone, since not all runs stored their predictions";
            if (!scored.All(a => a.CountsGroups)) return "over seeds and test items";
            int groups = scored.Min(a => a.Estimate?.Items ?? int.MaxValue);
            return groups == int.MaxValue ? "over seeds and groups of test items"
                : $"over seeds and {Wording.Count(groups)} groups of test items{(groups < FewGroups ? ", which are so few that it is rough" : "")}";
        }
    }

    /// <summary>How its numbers are written.</summary>
    internal MetricText Text => MetricText.For(this);

    /// <summary>Test metrics beside the primary one, each with how its numbers are written.</summary>
    internal IReadOnlyList<MetricText> OtherMetrics =>
    [
        .. Aggregates.SelectMany(a => a.TestMetrics.Keys).Distinct().Where(m => m != Metric)
            .Select(m => MetricText.Of(m, Aggregates.Select(a => a.TestMetrics.GetValueOrDefault(m)), TestItems))
    ];

    /// <summary>Every arm that was asked for, in the order of every table.</summary>
    internal IReadOnlyList<ScoreRow> Rows =>
    [
        .. Aggregates.Select(a => new ScoreRow(a.Model, a.Objective, a)).Concat(NotApplicable.Select(n => new ScoreRow(n.Model, n.Objective, null)))
            .GroupBy(r => r.Model).ByModel(g => g.Key).SelectMany(g => g.ByObjective(r => r.Objective))
    ];

    /// <summary>The place of a model among <see cref="Models"/>, which its colour and marker follow.</summary>
    internal int NumberOf(string model) => Enumerable.Range(0, Models.Count).First(i => Models[i] == model);

    /// <summary>The cells of an arm.</summary>
    internal IEnumerable<RunRecord> CellsOf(Aggregate arm) => Cells.Where(c => c.Model == arm.Model && c.Objective == arm.Objective);

    /// <summary>The arm, or null.</summary>
    internal Aggregate? Arm(string model, string objective) => Aggregates.FirstOrDefault(a => a.Model == model && a.Objective == objective);

    /// <summary>Summarises the ordered cells of one task.</summary>
    internal static TaskSummary Of(IReadOnlyList<RunRecord> cells, ComparisonData data)
    {
        IReadOnlyDictionary<string, TestItems> items = data.TestItems;
        RunRecord first = cells[0];
        IReadOnlyList<RunRecord>[] arms = [.. cells.GroupBy(c => (c.Model, c.Objective)).Select(g => g.ToArray())];
        var summary = new TaskSummary
        {
            Name = first.Task,
            Description = data.TaskSummaries.GetValueOrDefault(first.Task, ""),
            Metric = first.Metric,
            HigherIsBetter = first.HigherIsBetter,
            Chance = first.Chance,
            TestItems = first.TestItems,
            Cells = cells,
            Models = [.. cells.Select(c => c.Model).Distinct().ByModel(m => m)],
            Objectives = [.. cells.Select(c => c.Objective).Distinct().ByObjective(o => o)],
            Aggregates = [.. arms.Select(arm => Aggregate.Of(arm, items))],
            NotApplicable = [.. data.NotApplicable.Where(n => n.Task == first.Task)],
            Gains = PairedEffects.Gains(arms, items),
            FurtherGains = PairedEffects.FurtherGains(arms, items),
            StrongerBaselines = new SortedDictionary<string, string>(
                arms.Select(a => a[0].Model).Distinct().Select(m => (Model: m, Stronger: PairedEffects.StrongerBaseline(arms, m))).Where(p => p.Stronger is not null)
                    .ToDictionary(p => p.Model, p => p.Stronger!), StringComparer.Ordinal),
            Gaps = PairedEffects.Gaps(arms, items),
            Diagnoses = [.. arms.SelectMany(DiagnosisCount.Of)],
        };
        return summary with
        {
            Answers = Answer.Of(summary),
            TargetCosts = TargetCost.Of(summary, data.Curves),
            Plateaus = Plateau.Of(summary, data.Curves),
            PretrainingGains = PretrainingGain.Of(summary),
        };
    }
}

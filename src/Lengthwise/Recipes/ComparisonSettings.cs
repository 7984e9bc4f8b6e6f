using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Lengthwise.Recipes;

/// <summary>What a preset compares, its <c>[compare]</c> section; options of <c>lengthwise compare</c> override single keys.</summary>
public sealed record ComparisonSettings
{
    /// <summary>Value of <see cref="MatchParameters"/>: the size of the smallest model.</summary>
    public const string Smallest = "smallest";

    /// <summary>Value of <see cref="MatchParameters"/>: the size of the largest model.</summary>
    public const string Largest = "largest";

    /// <summary>Models; each needs a file <c>MODEL.toml</c> in the preset's folder.</summary>
    public ValueList<string> Models { get; init; } = [];

    /// <summary>Objectives; see <see cref="ObjectiveKind"/> for the two kinds of arms from scratch.</summary>
    public ValueList<ObjectiveKind> Objectives { get; init; } = [ObjectiveKind.ScratchMatched, ObjectiveKind.Masked];

    /// <summary>Initialisations of state space models; other models have only their own.</summary>
    public ValueList<InitKind> Inits { get; init; } = [InitKind.Structured];

    /// <summary>
    /// Number of trainable parameters that every model is given, within 2 %, by its width: a number, <c>smallest</c>, <c>largest</c> or the name of a
    /// model. Absent: sizes are the preset's.
    /// </summary>
    public string? MatchParameters { get; init; }

    /// <summary>Sizes of each model as factors of its parameters, within 5 %, by its width; 1 is the model itself. None: that alone.</summary>
    [Range(0.001, 1000.0)] public ValueList<double> Sizes { get; init; } = [];

    /// <summary>Shares of the whole budget that pretraining gets, the rest going to labels; 0 is the compute-matched arm from scratch. None: as the preset divides it.</summary>
    [Range(0.0, 0.99)] public ValueList<double> PretrainShares { get; init; } = [];

    /// <summary>Shares of the labelled training rows, see <see cref="DataSettings.Fraction"/>; each is a task of its own in reports. None: as the preset says.</summary>
    [Range(1e-6, 1.0)] public ValueList<double> DataFractions { get; init; } = [];

    /// <summary>Rows that pretraining reads; several are arms beside each other. None: the subset where there are fractions, else as the preset says.</summary>
    public ValueList<PretrainingRows> PretrainOn { get; init; } = [];

    /// <summary>Number of seeds, one after the other from <see cref="FirstSeed"/> on.</summary>
    [Range(1, 1000)] public int Seeds { get; init; } = 3;

    /// <summary>The first seed: another one repeats a comparison with other draws.</summary>
    [Range(0, 1L << 53)] public long FirstSeed { get; init; } = 1;

    /// <summary>Learning rates of which each arm takes the best on validation. One value means no tuning runs.</summary>
    [Range(1e-8, 10.0)] public ValueList<double> LrGrid { get; init; } = [];

    /// <summary>What each arm tries before its seeds; all arms the same.</summary>
    public SearchKind Search { get; init; } = SearchKind.Grid;

    /// <summary>Learning rates that a random search draws; only with it.</summary>
    [Range(2, 256)] public int? Trials { get; init; }

    /// <summary>Least and largest learning rate of a random search.</summary>
    [Range(1e-8, 10.0)] public ValueList<double> LrRange { get; init; } = [1e-4, 1e-2];

    /// <summary>Seed of the tuning runs; never one of the compared seeds.</summary>
    [Range(0, long.MaxValue)] public long TuningSeed { get; init; } = 9001;

    /// <summary>Problems that concern several settings at once; empty when there are none.</summary>
    public IEnumerable<string> Validate()
    {
        if (Models.Count == 0) yield return "'models' is empty: nothing to compare";
        if (Objectives.Count == 0) yield return "'objectives' is empty: nothing to compare";
        if (Models.Distinct().Count() < Models.Count) yield return "'models' lists a model twice";
        if (Objectives.Distinct().Count() < Objectives.Count) yield return "'objectives' lists an objective twice";
        if (Inits.Count == 0) yield return "'inits' is empty: a model has to begin somehow";
        if (Inits.Distinct().Count() < Inits.Count) yield return "'inits' lists an initialisation twice";
        if (Sizes.Distinct().Count() < Sizes.Count) yield return "'sizes' lists a size twice";
        if (PretrainShares.Distinct().Count() < PretrainShares.Count) yield return "'pretrain_shares' lists a share twice";
        if (DataFractions.Distinct().Count() < DataFractions.Count) yield return "'data_fractions' lists a fraction twice";
        if (PretrainOn.Distinct().Count() < PretrainOn.Count) yield return "'pretrain_on' lists the same rows twice";
        if (PretrainShares.Count > 0 && Objectives.Contains(ObjectiveKind.Scratch))
            yield return "'pretrain_shares' divides one budget in several ways, so that no budget of fine-tuning is that of 'scratch'; compare with 'scratch-matched'";
        if (PretrainShares.Count > 0 && !Objectives.Any(o => o.Pretrains()))
            yield return "'pretrain_shares' has no effect: none of 'objectives' pretrains";
        if (LrGrid.Distinct().Count() < LrGrid.Count) yield return "'lr_grid' lists a rate twice";
        if (Search == SearchKind.RandomHalving && Trials is null) yield return "'search' is 'random-halving' and 'trials' does not say how many rates are drawn";
        if (Search != SearchKind.RandomHalving && Trials is not null) yield return "'trials' has no effect unless 'search' is 'random-halving'";
        if (LrRange.Count != 2 || LrRange[0] >= LrRange[1]) yield return $"'lr_range' is {LrRange}, expected a least and a larger rate";
        if (TuningSeed >= FirstSeed && TuningSeed < FirstSeed + Seeds)
            yield return $"'tuning_seed' is {TuningSeed}, one of the compared seeds {FirstSeed} to {FirstSeed + Seeds - 1}: a rate tuned on a seed favours it";
    }
}

/// <summary>How state space models of a comparison are initialised.</summary>
public enum InitKind
{
    /// <summary>As their recipe says, usually in a structured way.</summary>
    Structured,

    /// <summary>Every state-space parameter from N(0, 0.1²) (arXiv:2310.02980, section 3.3).</summary>
    Random,
}

/// <summary>What an arm tries before its seeds.</summary>
public enum SearchKind
{
    /// <summary>The rates of <see cref="ComparisonSettings.LrGrid"/>.</summary>
    Grid,

    /// <summary>The self-pretraining article's grid: rates 1e-3, 5e-4, 1e-4 with batches of 8, 32, 128 (arXiv:2310.02980, appendix C.1).</summary>
    Paper,

    /// <summary>Rates drawn log-uniformly, the worse half left out after each round and the rest given twice the budget.</summary>
    [JsonStringEnumMemberName("random-halving")] RandomHalving,
}

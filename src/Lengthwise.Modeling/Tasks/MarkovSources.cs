using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Lengthwise.Modeling.Data;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Which of K hidden Markov chains over V symbols wrote the sequence?</summary>
/// <remarks>
/// Every chain's transition matrix mixes random permutation matrices with uniform noise, so it is doubly stochastic: with a
/// uniform first symbol every position of every class is uniform over the symbols. Single symbols say nothing; the label sits
/// in how neighbours follow each other, which is what masked prediction has to learn too. Counts over a sequence keep a trace of it,
/// since frequent moves form cycles.
/// <code>
/// symbols  7 2 9 9 4 7 2 0 5 …      (source 3 moves 7 to 2 with probability 0.6 + 0.15 / 12)
/// label    3
/// </code>
/// V symbols, K sources. Made for Lengthwise; a pure function of its settings.
/// </remarks>
[SequenceTask("markov-sources", typeof(MarkovSourcesSettings))]
public sealed class MarkovSources : SequenceTask
{
    private const int Specials = 2;
    private readonly MarkovSourcesSettings _settings;
    private readonly int[][][] _permutations;

    /// <summary>Draws the chains.</summary>
    public MarkovSources(MarkovSourcesSettings settings)
    {
        _settings = settings;
        var random = new RandomStream(settings.Seed, "markov-sources/chains");
        _permutations = new int[settings.Sources][][];
        for (int k = 0; k < settings.Sources; k++)
        {
            _permutations[k] = new int[settings.Permutations.Count][];
            for (int m = 0; m < settings.Permutations.Count; m++)
            {
                _permutations[k][m] = [.. Enumerable.Range(0, settings.Vocabulary)];
                random.Shuffle<int>(_permutations[k][m]);
            }
        }
        Shape = new TaskShape(
            new TokenInput(["<mask>", "<pad>", .. Names(settings.Vocabulary)]),
            new ClassOutput([.. Names(settings.Sources)]),
            settings.Length,
            1.0 / settings.Sources);
    }

    /// <inheritdoc/>
    public override string Name => "markov-sources";

    /// <inheritdoc/>
    public override string Summary => "which of several hidden Markov chains wrote the symbols (generated; chosen to show self-pretraining)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; }

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.15;

    /// <inheritdoc/>
    public override string Citation => "made for Lengthwise";

    /// <inheritdoc/>
    public override string Licence => "generated; no licence applies";

    /// <inheritdoc/>
    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        MemorySplit train = Generate("train", _settings.TrainSize, progress, cancellation);
        MemorySplit validation = Generate("validation", _settings.ValidationSize, progress, cancellation);
        MemorySplit test = Generate("test", _settings.TestSize, progress, cancellation);
        return new PreparedTask(
            Shape, train, validation, test, SplitHash.Combine(train.ContentHash, validation.ContentHash, test.ContentHash), []);
    }

    /// <summary>Transition matrix of one source, [V, V]; row = symbol now, column = symbol next.</summary>
    public double[,] Transitions(int source)
    {
        int V = _settings.Vocabulary;
        var T = new double[V, V];
        double noise = Math.Max(0, 1 - _settings.Permutations.Sum());
        for (int i = 0; i < V; i++)
        {
            for (int j = 0; j < V; j++) T[i, j] = noise / V;
            for (int m = 0; m < _settings.Permutations.Count; m++) T[i, _permutations[source][m][i]] += _settings.Permutations[m];
        }
        return T;
    }

    /// <summary>
    /// Accuracy of the best possible classifier on a split: the exact posterior over the sources, whose prior and first symbol are
    /// uniform. No model can be expected to score above it.
    /// </summary>
    public double BayesAccuracy(SequenceSplit split)
    {
        double[][,] logT = [.. Enumerable.Range(0, _settings.Sources).Select(k => Logarithm(Transitions(k)))];
        int right = 0;
        for (int row = 0; row < split.Count; row++)
        {
            ReadOnlySpan<ushort> tokens = split.Tokens(row);
            int best = 0;
            double bestEvidence = double.NegativeInfinity;
            for (int k = 0; k < logT.Length; k++)
            {
                double evidence = 0;
                for (int t = 1; t < tokens.Length; t++) evidence += logT[k][tokens[t - 1] - Specials, tokens[t] - Specials];
                if (evidence > bestEvidence) (best, bestEvidence) = (k, evidence);
            }
            if (best == split.Label(row)) right++;
        }
        return (double)right / split.Count;
    }

    private MemorySplit Generate(string split, int size, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        var labels = new int[size];
        for (int row = 0; row < size; row++) labels[row] = row % _settings.Sources;
        new RandomStream(_settings.Seed, $"markov-sources/{split}/labels").Shuffle<int>(labels);

        var rows = new ushort[size][];
        for (int row = 0; row < size; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            rows[row] = Walk(labels[row], new RandomStream(_settings.Seed, $"markov-sources/{split}", row));
        }
        progress?.Report(new PreparationProgress($"markov-sources: {split} sequences", size, size));
        return MemorySplit.OfTokens(rows, labels, _settings.Sources);
    }

    private ushort[] Walk(int source, RandomStream random)
    {
        var tokens = new ushort[_settings.Length];
        int symbol = random.Next(_settings.Vocabulary);
        tokens[0] = (ushort)(Specials + symbol);
        for (int t = 1; t < tokens.Length; t++)
        {
            symbol = Next(source, symbol, random);
            tokens[t] = (ushort)(Specials + symbol);
        }
        return tokens;
    }

    private int Next(int source, int symbol, RandomStream random)
    {
        double u = random.NextDouble();
        for (int m = 0; m < _settings.Permutations.Count; m++)
        {
            u -= _settings.Permutations[m];
            if (u < 0) return _permutations[source][m][symbol];
        }
        return random.Next(_settings.Vocabulary);
    }

    private static double[,] Logarithm(double[,] matrix)
    {
        var log = new double[matrix.GetLength(0), matrix.GetLength(1)];
        for (int i = 0; i < log.GetLength(0); i++)
            for (int j = 0; j < log.GetLength(1); j++) log[i, j] = Math.Log(matrix[i, j]);
        return log;
    }

    private static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Settings of <see cref="MarkovSources"/>.</summary>
public sealed record MarkovSourcesSettings : TaskSettings
{
    /// <summary>Symbols, V.</summary>
    [Range(2, 10_000)] public int Vocabulary { get; init; } = 12;

    /// <summary>Hidden chains, K: the classes.</summary>
    [Range(2, 1000)] public int Sources { get; init; } = 4;

    /// <summary>Steps of every sequence.</summary>
    [Range(2, 1_000_000)] public int Length { get; init; } = 128;

    /// <summary>Training sequences, balanced over the sources as are the other splits.</summary>
    [Range(1, 10_000_000)] public int TrainSize { get; init; } = 1000;

    /// <summary>Validation sequences.</summary>
    [Range(1, 10_000_000)] public int ValidationSize { get; init; } = 500;

    /// <summary>Test sequences.</summary>
    [Range(1, 10_000_000)] public int TestSize { get; init; } = 1000;

    /// <summary>Weights of the random permutation matrices that each chain mixes; what is left of 1 is uniform noise.</summary>
    public ValueList<double> Permutations { get; init; } = [0.6, 0.25];

    /// <summary>Seed of the chains and of the sequences; not the run's seed, so that all runs see the same data.</summary>
    [Range(0, long.MaxValue)] public long Seed { get; init; } = 1;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        // A sum such as 0.6 + 0.3 + 0.1 may exceed 1 by rounding.
        if (Permutations.Count == 0 || Permutations.Any(p => !(p > 0)) || Permutations.Sum() > 1 + 1e-9)
            yield return "'permutations' needs one or more weights above 0 that sum to at most 1";
        if ((long)Math.Max(TrainSize, Math.Max(ValidationSize, TestSize)) * Length > 1_000_000_000)
            yield return "'length' times the size of a split is above 1,000,000,000 symbols, which are kept in memory";
    }
}

using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class MarkovSourcesTests
{
    private static readonly DirectoryInfo NoCache = new(Path.Combine(Path.GetTempPath(), "lengthwise-unused"));

    [Fact]
    public void Every_transition_matrix_is_doubly_stochastic()
    {
        var settings = new MarkovSourcesSettings();
        var task = new MarkovSources(settings);

        for (int source = 0; source < settings.Sources; source++)
        {
            double[,] T = task.Transitions(source);

            for (int i = 0; i < settings.Vocabulary; i++)
            {
                Assert.Equal(1, Enumerable.Range(0, settings.Vocabulary).Sum(j => T[i, j]), 12);
                Assert.Equal(1, Enumerable.Range(0, settings.Vocabulary).Sum(j => T[j, i]), 12);
            }
        }
    }

    [Fact]
    public void The_best_possible_classifier_is_nearly_always_right_at_the_defaults()
    {
        var task = new MarkovSources(new MarkovSourcesSettings());
        using PreparedTask data = Prepare(task);

        double accuracy = task.BayesAccuracy(data.Test);

        Assert.InRange(accuracy, 0.999, 1);
    }

    [Fact]
    public void Without_structure_the_best_possible_classifier_guesses()
    {
        var noise = new MarkovSources(new MarkovSourcesSettings { Permutations = [1e-12], TestSize = 2000, TrainSize = 1, ValidationSize = 1 });
        using PreparedTask data = Prepare(noise);

        double accuracy = noise.BayesAccuracy(data.Test);

        Assert.InRange(accuracy, 0.25 - 0.05, 0.25 + 0.05);
    }

    [Fact]
    public void Counts_of_single_symbols_do_not_depend_on_the_label()
    {
        // Pearson's chi-square of position-wise symbols against labels. Sampled every 16th step, since neighbours depend on each
        // other; 33 degrees of freedom, whose 0.999 quantile is 63.9.
        var settings = new MarkovSourcesSettings { TrainSize = 4000 };
        using PreparedTask data = Prepare(new MarkovSources(settings));
        var observed = new double[settings.Sources, settings.Vocabulary];
        for (int row = 0; row < data.Train.Count; row++)
            for (int t = 0; t < settings.Length; t += 16) observed[data.Train.Label(row), data.Train.Tokens(row)[t] - 2]++;

        double chiSquare = 0, total = data.Train.Count * 8.0;
        for (int k = 0; k < settings.Sources; k++)
            for (int v = 0; v < settings.Vocabulary; v++)
            {
                double symbols = Enumerable.Range(0, settings.Sources).Sum(s => observed[s, v]);
                double expected = total / settings.Sources * symbols / total;
                chiSquare += (observed[k, v] - expected) * (observed[k, v] - expected) / expected;
            }

        Assert.InRange(chiSquare, 10, 63.9);
    }

    [Fact]
    public void Observed_transitions_follow_the_matrices()
    {
        var settings = new MarkovSourcesSettings { Sources = 2, Vocabulary = 5, TrainSize = 400 };
        var task = new MarkovSources(settings);
        using PreparedTask data = Prepare(task);
        var pairs = new double[2, 5, 5];
        for (int row = 0; row < data.Train.Count; row++)
        {
            ReadOnlySpan<ushort> tokens = data.Train.Tokens(row);
            for (int t = 1; t < tokens.Length; t++) pairs[data.Train.Label(row), tokens[t - 1] - 2, tokens[t] - 2]++;
        }

        for (int k = 0; k < 2; k++)
            for (int i = 0; i < 5; i++)
            {
                double from = Enumerable.Range(0, 5).Sum(j => pairs[k, i, j]);
                for (int j = 0; j < 5; j++) Assert.Equal(task.Transitions(k)[i, j], pairs[k, i, j] / from, 0.035);
            }
    }

    [Fact]
    public void Equal_settings_give_equal_data_and_another_seed_gives_other_data()
    {
        using PreparedTask one = Prepare(new MarkovSources(new MarkovSourcesSettings()));
        using PreparedTask again = Prepare(new MarkovSources(new MarkovSourcesSettings()));
        using PreparedTask other = Prepare(new MarkovSources(new MarkovSourcesSettings { Seed = 2 }));

        Assert.Equal(one.Hash, again.Hash);
        Assert.NotEqual(one.Hash, other.Hash);
    }

    [Fact]
    public void The_size_of_one_split_leaves_the_others_alone()
    {
        using PreparedTask small = Prepare(new MarkovSources(new MarkovSourcesSettings()));
        using PreparedTask large = Prepare(new MarkovSources(new MarkovSourcesSettings { TrainSize = 1500 }));

        Assert.Equal(((MemorySplit)small.Test).ContentHash, ((MemorySplit)large.Test).ContentHash);
        Assert.Equal(((MemorySplit)small.Validation).ContentHash, ((MemorySplit)large.Validation).ContentHash);
    }

    [Fact]
    public void No_sequence_is_in_two_splits()
    {
        using PreparedTask data = Prepare(new MarkovSources(new MarkovSourcesSettings()));
        var seen = new HashSet<string>();
        int rows = 0;
        foreach (SequenceSplit split in new[] { data.Train, data.Validation, data.Test })
            for (int row = 0; row < split.Count; row++, rows++) seen.Add(string.Join(' ', split.Tokens(row).ToArray()));

        Assert.Equal(2500, rows);
        Assert.Equal(rows, seen.Count);
    }

    [Fact]
    public void Labels_are_balanced_and_symbols_come_after_the_specials()
    {
        var settings = new MarkovSourcesSettings { ValidationSize = 502 };
        var task = new MarkovSources(settings);
        using PreparedTask data = Prepare(task);
        var counts = new int[settings.Sources];
        for (int row = 0; row < data.Validation.Count; row++) counts[data.Validation.Label(row)]++;
        ushort[] symbols = [.. Enumerable.Range(0, data.Train.Count).SelectMany(row => data.Train.Tokens(row).ToArray())];

        Assert.Equal([126, 126, 125, 125], counts);
        Assert.Equal(2, symbols.Min());
        Assert.Equal(settings.Vocabulary + 1, symbols.Max());
        Assert.Equal(settings.Vocabulary + 2, ((TokenInput)task.Shape!.Input).Vocabulary.Count);
    }

    [Theory]
    [InlineData(0.8, 0.3)]
    [InlineData(0.5, 0.0)]
    [InlineData(-0.1, 0.5)]
    public void Impossible_mixtures_are_refused(double first, double second)
    {
        var settings = new MarkovSourcesSettings { Permutations = [first, second] };

        Assert.Contains("'permutations'", Assert.Single(settings.Validate()));
    }

    [Fact]
    public void The_catalog_lists_the_task()
    {
        SequenceTask task = TaskCatalog.Create("markov-sources");

        Assert.Equal(typeof(MarkovSourcesSettings), TaskCatalog.Settings[task.Name]);
        Assert.Equal(0.25, task.Shape!.Chance);
        Assert.Equal(0.15, task.DefaultMaskRatio);
        Assert.Equal(128, task.Shape!.MaxLength);
    }

    private static PreparedTask Prepare(MarkovSources task) => task.Prepare(NoCache, null, CancellationToken.None);
}

using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks;

/// <summary>What all generated probes promise; whether their labels are right is asked for each of them.</summary>
public sealed class ProbeTests
{
    public static TheoryData<string> Classifying => ["associative-recall", "parity", "selective-copy", "two-symbols", "urns"];

    public static TheoryData<string> All => [.. Classifying.Select(row => row.Data), "adding"];

    [Theory]
    [MemberData(nameof(Classifying))]
    public void Labels_of_every_split_are_balanced(string name)
    {
        ProbeSettings settings = Probe.Defaults(name) with { TrainSize = 401, ValidationSize = 102, TestSize = 103 };
        using PreparedTask data = Probe.Prepare(name, settings);

        foreach (SequenceSplit split in new[] { data.Train, data.Validation, data.Test })
        {
            int[] counts = [.. Enumerable.Range(0, split.Count).GroupBy(split.Label).Select(g => g.Count())];

            Assert.Equal(((ClassOutput)data.Shape.Output).Classes.Count, counts.Length);
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_sequence_stands_twice_within_or_across_splits(string name)
    {
        using PreparedTask data = Probe.Prepare(name, Probe.Defaults(name));
        var seen = new HashSet<string>();
        int rows = 0;

        foreach (SequenceSplit split in new[] { data.Train, data.Validation, data.Test })
            for (int row = 0; row < split.Count; row++, rows++) seen.Add(Probe.Text(data, split, row));

        Assert.Equal(5500, rows);
        Assert.Equal(rows, seen.Count);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_settings_give_equal_data_and_another_seed_gives_other_data(string name)
    {
        ProbeSettings small = Probe.Defaults(name) with { TrainSize = 50, ValidationSize = 20, TestSize = 20 };
        using PreparedTask one = Probe.Prepare(name, small), again = Probe.Prepare(name, small), other = Probe.Prepare(name, small with { Seed = 2 });

        Assert.Equal(one.Hash, again.Hash);
        Assert.NotEqual(one.Hash, other.Hash);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_test_split_does_not_depend_on_the_other_sizes(string name)
    {
        ProbeSettings small = Probe.Defaults(name) with { TrainSize = 50, ValidationSize = 20, TestSize = 20 };
        using PreparedTask one = Probe.Prepare(name, small), other = Probe.Prepare(name, small with { TrainSize = 70, ValidationSize = 30 });

        Assert.Equal(((StoredSplit)one.Test).ContentHash, ((StoredSplit)other.Test).ContentHash);
    }

    [Fact]
    public void More_sequences_than_there_are_is_refused_instead_of_leaking()
    {
        var settings = new ParitySettings { MinLength = 4, MaxLength = 4, TrainSize = 20, ValidationSize = 1, TestSize = 1 };

        LengthwiseException refused = Assert.Throws<LengthwiseException>(() => Probe.Prepare("parity", settings));

        Assert.Contains("different", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, refused.Code);
    }

    [Fact]
    public void Impossible_settings_are_named_by_their_keys()
    {
        Assert.Contains("'min_length'", Assert.Single(new ParitySettings { MinLength = 9, MaxLength = 8 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("'min_distance'", Assert.Single(new TwoSymbolsSettings { MinDistance = 9, MaxDistance = 8 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("'max_distance'", Assert.Single(new TwoSymbolsSettings { MaxDistance = 128 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("'keys'", Assert.Single(new AssociativeRecallSettings { Keys = 7 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("'values'", Assert.Single(new AssociativeRecallSettings { Values = 3 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("'length'", Assert.Single(new AssociativeRecallSettings { Length = 16 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("'symbols'", Assert.Single(new SelectiveCopySettings { Symbols = 3 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("'length'", Assert.Single(new SelectiveCopySettings { Length = 8 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("memory", Assert.Single(new AddingSettings { TrainSize = 10_000_000 }.Validate()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tightest_settings_that_are_allowed_still_work()
    {
        var recall = new AssociativeRecallSettings { Pairs = 4, Keys = 4, Values = 4, Length = 9, TrainSize = 50, ValidationSize = 10, TestSize = 10 };
        var copy = new SelectiveCopySettings { Copied = 6, Symbols = 3, Length = 7, TrainSize = 50, ValidationSize = 10, TestSize = 10 };
        var adding = new AddingSettings { Length = 2, TrainSize = 5, ValidationSize = 1, TestSize = 1 };

        using PreparedTask recalled = Probe.Prepare("associative-recall", recall), copied = Probe.Prepare("selective-copy", copy), added = Probe.Prepare("adding", adding);

        Assert.DoesNotContain(" . ", Probe.Text(recalled, recalled.Train, 0), StringComparison.Ordinal);
        Assert.DoesNotContain(" . ", Probe.Text(copied, copied.Train, 0), StringComparison.Ordinal);
        Assert.Equal(1, added.Train.Values(0)[1]);
        Assert.Equal(1, added.Train.Values(0)[3]);
    }
}

/// <summary>Makes probes for tests.</summary>
internal static class Probe
{
    public static ProbeSettings Defaults(string name) => (ProbeSettings)TaskCatalog.Settings[name].GetConstructor([])!.Invoke([]);

    public static PreparedTask Prepare(string name, ProbeSettings settings) =>
        TaskCatalog.Create(name, settings).Prepare(new DirectoryInfo(Path.Combine(Path.GetTempPath(), "lengthwise-unused")), null, CancellationToken.None);

    /// <summary>10,000 training sequences.</summary>
    public static PreparedTask TenThousand(string name, ProbeSettings settings) =>
        Prepare(name, settings with { TrainSize = 10_000, ValidationSize = 1, TestSize = 1 });

    /// <summary>The symbols of one row as a person would read them.</summary>
    public static string[] Symbols(PreparedTask data, SequenceSplit split, int row)
    {
        IReadOnlyList<string> names = ((TokenInput)data.Shape.Input).Vocabulary;
        return [.. split.Tokens(row).ToArray().Select(id => names[id])];
    }

    public static string Answer(PreparedTask data, int row) => ((ClassOutput)data.Shape.Output).Classes[data.Train.Label(row)];

    public static string Text(PreparedTask data, SequenceSplit split, int row) => data.Shape.Input is TokenInput
        ? $" {string.Join(' ', Symbols(data, split, row))} "
        : string.Join(' ', split.Values(row).ToArray());

    /// <summary>Pearson's statistic of counts against equal frequencies.</summary>
    public static double ChiSquare(IReadOnlyCollection<int> counts)
    {
        double expected = (double)counts.Sum() / counts.Count;
        return counts.Sum(c => (c - expected) * (c - expected) / expected);
    }
}

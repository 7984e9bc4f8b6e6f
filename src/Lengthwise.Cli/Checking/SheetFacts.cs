using System.Globalization;
using Lengthwise.Cli.Output;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Reports.DataSheets;

namespace Lengthwise.Cli.Checking;

/// <summary>Prepared data in facts, warnings and one sentence.</summary>
internal static class SheetFacts
{
    /// <summary>The sheet without what must be measured.</summary>
    public static DataSheet Of(string title, PreparedTask data)
    {
        IReadOnlyList<DataSheetSplit> splits = SplitsOf(data);
        return new DataSheet
        {
            Title = title,
            Answer = Answer(data, splits),
            Inferred = data.Summary?.Source ?? [],
            Facts = [.. Facts(data, splits)],
            Warnings = [.. data.Notes],
            Classes = (data.Shape.Output as ClassOutput)?.Classes ?? [],
            Splits = splits,
            Lengths = [.. Enumerable.Range(0, data.Train.Count).Select(row => data.Train.Length(row))],
            Samples = SheetSamples.Of(data),
        };
    }

    private static DataSheetSplit[] SplitsOf(PreparedTask data)
    {
        int classes = (data.Shape.Output as ClassOutput)?.Classes.Count ?? 0;
        (string, SequenceSplit?)[] splits = [("train", data.Train), ("validation", data.Validation), ("test", data.Test), ("unlabelled", data.Unlabelled)];
        return [.. splits.Where(s => s.Item2 is not null).Select(s => Count(s.Item1, s.Item2!, classes))];
    }

    private static DataSheetSplit Count(string name, SequenceSplit split, int classes)
    {
        var perClass = new int[classes];
        long steps = 0;
        for (int row = 0; row < split.Count; row++)
        {
            for (int part = 0; part < split.Parts; part++) steps += split.Length(row, part);
            if (classes > 0 && split.Label(row) is >= 0 and int label) perClass[label]++;
        }
        return new DataSheetSplit(name, split.Count, steps, perClass);
    }

    private static string Answer(PreparedTask data, IReadOnlyList<DataSheetSplit> splits)
    {
        string input = data.Shape.Input switch
        {
            TokenInput tokens => $"tokens of {Amount.Count(tokens.Vocabulary.Count)} kinds",
            RealInput { Channels: 1 } => "one real channel",
            RealInput real => $"{Amount.Count(real.Channels)} real channels",
            _ => "sequences",
        };
        string output = data.Shape.Output switch
        {
            ClassOutput classes => $"{Amount.Count(classes.Classes.Count)} classes",
            RegressionOutput regression => $"{string.Join(", ", regression.Names)} to predict",
            _ => "no labels: it can only be pretrained on",
        };
        return $"{Amount.Count(splits.Sum(s => (long)s.Rows))} sequences of {input}, up to {Amount.Count(data.Shape.MaxLength)} steps; {output}.";
    }

    private static IEnumerable<KeyValuePair<string, string>> Facts(PreparedTask data, IReadOnlyList<DataSheetSplit> splits)
    {
        if (data.Summary is { } summary)
        {
            IReadOnlyList<int> l = summary.Lengths;
            yield return Fact("steps a row", string.Create(CultureInfo.InvariantCulture, $"{l[0]:N0} to {l[6]:N0}; median {l[3]:N0}; 5 % to 95 %: {l[1]:N0} to {l[5]:N0}"));
            yield return Fact("missing values", Amount.Count(summary.MissingValues));
            yield return Fact("duplicates", $"{Amount.Count(summary.Duplicates)} rows, {Amount.Count(summary.DuplicatesAcrossSplits)} across splits, {Amount.Count(summary.ContradictingDuplicates)} with another label");
            yield return Fact("groups", summary.Groups == 0 ? "none named" : $"{Amount.Count(summary.Groups)}, {Amount.Count(summary.GroupsAcrossSplits)} in more than one split");
            yield return Fact("skipped rows", Amount.Count(summary.Skipped));
            foreach (TargetSummary target in summary.Targets)
                yield return Fact(target.Name, string.Create(CultureInfo.InvariantCulture, $"{target.Minimum:G4} to {target.Maximum:G4}, mean {target.Mean:G4}, missing in {target.Missing:N0} training rows"));
        }
        if (data.Shape.Output is ClassOutput classes)
        {
            IReadOnlyList<int> train = splits[0].RowsPerClass, test = splits[2].RowsPerClass;
            int majority = Enumerable.Range(0, train.Count).MaxBy(c => train[c]);
            yield return Fact("uniform guessing", Share(1.0 / classes.Classes.Count));
            yield return Fact("always the largest class", $"'{classes.Classes[majority]}' is right on {Share(test[majority] / (double)Math.Max(1, test.Sum()))} of the test rows");
            int least = Enumerable.Range(0, train.Count).MinBy(c => train[c]);
            yield return Fact("smallest class", $"'{classes.Classes[least]}', {Amount.Count(train[least])} training rows; the largest has {Amount.Count(train[majority])}");
        }
        yield return Fact("hash of the splits", data.Hash[..16]);
    }

    private static string Share(double share) => share.ToString("P1", CultureInfo.InvariantCulture);

    private static KeyValuePair<string, string> Fact(string name, string value) => KeyValuePair.Create(name, value);
}

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Names that people give to splits.</summary>
internal static class SplitCell
{
    public const string Known = "train, validation (val, valid, dev, eval) or test";

    /// <summary>The split of that name; null if it is none.</summary>
    public static SplitName? Find(string name) => name.Trim().ToLowerInvariant() switch
    {
        "train" or "training" => SplitName.Train,
        "validation" or "valid" or "val" or "dev" or "eval" => SplitName.Validation,
        "test" or "testing" => SplitName.Test,
        _ => null,
    };

    /// <summary>The split that a file's name says, as its last word: <c>PLAID_TRAIN.ts</c>, <c>test.csv</c>.</summary>
    public static SplitName? OfFile(string fileName)
    {
        string stem = StemOf(fileName);
        int start = stem.LastIndexOfAny(['_', '-', '.', ' ']) + 1;
        return Find(stem[start..]);
    }

    /// <summary>The part of a file's name before the word that says the split.</summary>
    public static string SetOf(string fileName)
    {
        string stem = StemOf(fileName);
        return stem[..(stem.LastIndexOfAny(['_', '-', '.', ' ']) + 1)];
    }

    /// <summary>A split; null if the cell is empty.</summary>
    /// <exception cref="RowFault">The cell says something else.</exception>
    public static SplitName? Read(string cell, int column)
    {
        if (string.IsNullOrWhiteSpace(cell)) return null;
        return Find(cell) ?? throw new RowFault(column, $"found split {RowFault.Quote(cell)}, expected {Known}");
    }

    private static string StemOf(string fileName)
    {
        string name = fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? fileName[..^3] : fileName;
        return Path.GetFileNameWithoutExtension(name);
    }
}

using System.Security.Cryptography;

namespace Lengthwise.Modeling.Tasks;

/// <summary>A folder with Long Range Arena's ListOps files, plain or gzip.</summary>
internal sealed class ListOpsRelease
{
    private readonly string[] _paths;

    /// <summary>Finds the files.</summary>
    /// <exception cref="LengthwiseException">One is missing; the message says which were expected.</exception>
    public ListOpsRelease(string folder)
    {
        string[] names = ["basic_train.tsv", "basic_val.tsv", "basic_test.tsv"];
        string[] missing = [.. names.Where(name => Find(folder, name) is null)];
        if (missing.Length > 0)
            throw new LengthwiseException(
                ExitCode.Data,
                $"reading ListOps from '{folder}': found no {string.Join(", ", missing)}; expected {string.Join(", ", names)}, each plain or with .gz",
                "give the folder listops-1000 of Long Range Arena's release (https://github.com/google-research/long-range-arena), or leave 'task.folder' out to generate");
        _paths = [.. names.Select(name => Find(folder, name)!)];
    }

    /// <summary>Training, validation and test file.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>SHA-256 over the files, as hexadecimal.</summary>
    public string Hash(CancellationToken cancellation)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in _paths)
        {
            cancellation.ThrowIfCancellationRequested();
            using FileStream stream = File.OpenRead(path);
            all.AppendData(SHA256.HashData(stream));
        }
        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    /// <summary>Hands out the expressions of one file with their stored labels.</summary>
    /// <exception cref="LengthwiseException">A row is malformed, or its expression is not shorter than <paramref name="maxLength"/>.</exception>
    public static void Read(
        string path, int count, int maxLength, Action<ListOpsExpression, int> take, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        int rows = 0;
        foreach (ListOpsRow row in ListOpsFile.Read(path))
        {
            cancellation.ThrowIfCancellationRequested();
            if (row.Expression.Length >= maxLength)
                throw new LengthwiseException(
                    ExitCode.Data,
                    FormattableString.Invariant($"{path}({row.Line},1): the expression has {row.Expression.Length} symbols, expected fewer than 'max_length' {maxLength}"),
                    "raise 'task.max_length'; an expression that is cut has another value");
            take(row.Expression, row.Label);
            if (++rows % 1000 == 0 || rows == count) progress?.Report(new PreparationProgress($"listops: {Path.GetFileName(path)}", rows, count));
        }
    }

    private static string? Find(string folder, string name) =>
        new[] { Path.Combine(folder, name), Path.Combine(folder, name + ".gz") }.FirstOrDefault(File.Exists);
}

using System.Globalization;
using Lengthwise.Evidence;
using Lengthwise.Tests.Reports;

namespace Lengthwise.Tests.Evidence;

/// <summary>Cells whose scores are what a test says, with some noise of seeds and items that is the same for every arm of a task.</summary>
internal static class PlannedCells
{
    private const int Items = 400, Seeds = 5;

    /// <summary>One arm: five seeds around a score.</summary>
    public static IEnumerable<EvidenceCell> Arm(string task, string model, string objective, double score, double spread = 0.004, int labels = 1000) =>
        Enumerable.Range(1, Seeds).Select(seed => Cell(task, model, objective, seed, score + spread * (seed - 3), labels));

    private static EvidenceCell Cell(string task, string model, string objective, int seed, double score, int labels)
    {
        int rightCount = (int)Math.Round(score * Items);
        // Which items are hard is the task's, not the model's.
        bool[] right = [.. Enumerable.Range(0, Items).Select(i => i < rightCount)];
        byte[] bits = new byte[Items / 8];
        for (int i = 0; i < Items; i++)
            if (right[i]) bits[i / 8] |= (byte)(1 << (i % 8));
        var cell = new EvidenceCell
        {
            Record = SampleComparison.Cell(task, model, objective, seed, rightCount / (double)Items) with
            {
                LabelledRows = labels,
                TestItems = Items,
                Validation = score,
                Run = string.Create(CultureInfo.InvariantCulture, $"{task}-{model}-{objective}-seed{seed}"),
            },
            RecipeHash = "0",
            Count = Items,
            Right = Convert.ToBase64String(bits),
        };
        return Stored(cell);
    }

    /// <summary>The cell as a file gives it back.</summary>
    private static EvidenceCell Stored(EvidenceCell cell)
    {
        string path = Path.Combine(Path.GetTempPath(), $"lengthwise-{Guid.NewGuid():N}.json");
        try
        {
            cell.Write(path);
            return EvidenceCell.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}

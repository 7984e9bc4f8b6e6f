using System.Globalization;

namespace Lengthwise.Evidence;

/// <summary>The finished cells of all claims, one small JSON file each; claims that share a cell share its file.</summary>
/// <param name="Directory">Its place; it need not exist.</param>
public sealed record EvidenceFolder(DirectoryInfo Directory)
{
    /// <summary>File of a cell.</summary>
    public string PathOf(string run) => Path.Combine(Directory.FullName, run + ".json");

    /// <summary>The cell of a run if it is there and was made with that recipe; null otherwise.</summary>
    /// <param name="run">Name of the cell.</param>
    /// <param name="recipe">Its resolved recipe.</param>
    public EvidenceCell? Find(string run, string recipe) =>
        File.Exists(PathOf(run)) && EvidenceCell.Read(PathOf(run)) is var cell && cell.RecipeHash == EvidenceCell.HashOf(recipe) ? cell : null;

    /// <summary>Stores a cell.</summary>
    public void Add(EvidenceCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Directory.Create();
        cell.Write(PathOf(cell.Record.Run));
    }

    /// <summary>The numbers of the verdicts in one line, for the list of claims.</summary>
    public static string Count(IReadOnlyList<Judgement> judgements)
    {
        ArgumentNullException.ThrowIfNull(judgements);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{judgements.Count(j => j.Verdict == Verdict.Shown)} shown, {judgements.Count(j => j.Verdict == Verdict.NotShown)} not shown, {judgements.Count(j => j.Verdict == Verdict.Underpowered)} undecided");
    }
}

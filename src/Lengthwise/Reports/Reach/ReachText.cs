using System.Text;
using Lengthwise.Diagnoses;

namespace Lengthwise.Reports.Reach;

/// <summary>How far layers look, for a terminal.</summary>
public static class ReachText
{
    private const int Width = 100;

    /// <summary>Table and sentences.</summary>
    public static string Render(ReachDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var text = new StringBuilder();
        var table = new TextTable(Width, "model", "objective", "of", "when", "near, %", "95 % interval", "uniform", "distance", "reach") { NameColumns = 4 };
        foreach (ReachLevel l in document.Summary.Levels)
            table.Add(
                l.Arm.Model, l.Arm.Objective, ReachWording.Name(l.Kind), ReachWording.Name(l.Moment), ReachWording.Share.Number(l.Near.Mean),
                l.Near.HasBounds ? ReachWording.Share.Range(l.Near) : "-", ReachWording.Share.Number(l.UniformNear),
                ReachWording.Steps.Number(l.MeanDistance.Mean), l.Reach is { } reach ? ReachWording.Steps.Number(reach.Mean) : "-");
        foreach (string line in table.Lines()) text.AppendLine(line);
        text.AppendLine();
        foreach (ReachChange change in document.Summary.Changes) text.AppendLine(ReachWording.Sentence(change, document.Within));
        return text.ToString().ReplaceLineEndings("\n");
    }
}

using System.Globalization;
using System.Text;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Data;
using Lengthwise.Statistics;

namespace Lengthwise.Modeling.Prediction;

/// <summary>
/// Predicted rows as CSV, written as they come: <c>row,where,id</c>, for classes <c>prediction</c> and the probability of each class under its
/// name, for targets the value of each under its name.
/// </summary>
public static class PredictionTable
{
    /// <summary>Writes the file; a reader sees the whole file or none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">Names the columns.</param>
    /// <param name="rows">Rows in their order.</param>
    public static void Write(string path, TrainedModel model, IEnumerable<PredictedRow> rows) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        string[] names = [.. model.Columns.Select(PredictionsFile.Field)];
        bool isClasses = model.Shape.Output is ClassOutput;
        writer.WriteLine($"row,where,id,{(isClasses ? "prediction," : "")}{string.Join(',', names)}");
        foreach (PredictedRow row in rows)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{row.Number},{PredictionsFile.Field(row.Where)},{PredictionsFile.Field(row.Id ?? "")}"));
            if (isClasses) writer.Write("," + names[ClassScores.MostProbable(row.Outputs.Span, names.Length)[0]]);
            foreach (float output in row.Outputs.Span) writer.Write("," + PredictionsFile.Field(output));
            writer.WriteLine();
        }
    });
}

using Lengthwise.Experiments;

namespace Lengthwise.Reports;

/// <summary>How often a diagnosis was made in one arm.</summary>
/// <param name="Model">Model name.</param>
/// <param name="Objective">Objective.</param>
/// <param name="Phase"><c>pretrain</c>, <c>finetune</c> or <c>data</c>.</param>
/// <param name="Code">The diagnosis.</param>
/// <param name="Severity">The worst of them.</param>
/// <param name="Runs">Runs with it.</param>
/// <param name="OutOf">Runs of the arm.</param>
/// <param name="Example">The sentence of the first.</param>
public sealed record DiagnosisCount(
    string Model, string Objective, string Phase, string Code, DiagnosisSeverity Severity, int Runs, int OutOf, string Example)
{
    /// <summary>Counts the diagnoses of one arm.</summary>
    internal static IEnumerable<DiagnosisCount> Of(IReadOnlyList<RunRecord> cells) =>
        from pair in cells.SelectMany(c => c.Diagnoses.Select(d => (Cell: c, Diagnosis: d)))
        group pair by (pair.Diagnosis.Phase, pair.Diagnosis.Code) into same
        orderby same.Key.Phase, same.Key.Code
        select new DiagnosisCount(
            cells[0].Model, cells[0].Objective, same.Key.Phase, same.Key.Code, same.Max(p => p.Diagnosis.Severity),
            same.Select(p => p.Cell).Distinct().Count(), cells.Count, same.First().Diagnosis.Message);
}

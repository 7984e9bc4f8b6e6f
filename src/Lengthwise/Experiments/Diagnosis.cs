namespace Lengthwise.Experiments;

/// <summary>Something a person should know about a run, with the number that says so; shown during the run and in the report.</summary>
/// <param name="Code">Stable identifier: <c>at-chance</c>, <c>not-finite</c>, <c>truncated</c>, …</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">One sentence with the number.</param>
/// <param name="Phase"><c>pretrain</c>, <c>finetune</c> or <c>data</c>.</param>
/// <param name="Step">Step at which it was seen; 0 when it does not apply.</param>
public sealed record Diagnosis(string Code, DiagnosisSeverity Severity, string Message, string Phase, long Step);

/// <summary>How bad a diagnosis is.</summary>
public enum DiagnosisSeverity
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>The result should be read with care.</summary>
    Warning,

    /// <summary>The run has no result.</summary>
    Error,
}

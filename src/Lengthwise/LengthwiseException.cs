namespace Lengthwise;

/// <summary>A failure that a person can act on: shown without a stack trace, as the sentence, what was found, and what to do.</summary>
/// <param name="code">The exit code it leads to.</param>
/// <param name="message">What was being done, what was found, what was expected.</param>
/// <param name="hint">What to do next; may be empty.</param>
/// <param name="inner">The cause.</param>
public sealed class LengthwiseException(ExitCode code, string message, string hint = "", Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code it leads to.</summary>
    public ExitCode Code { get; } = code;

    /// <summary>What to do next; may be empty.</summary>
    public string Hint { get; } = hint;
}

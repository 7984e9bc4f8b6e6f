namespace Lengthwise.Cli.Comparing;

/// <summary>How a comparison is carried out; none of it changes a result.</summary>
/// <param name="Jobs">Runs side by side.</param>
/// <param name="Cache">Prepared data.</param>
internal sealed record RunnerOptions(int Jobs, DirectoryInfo Cache)
{
    /// <summary>How often a run whose process crashed or was killed is started again from its checkpoint.</summary>
    public const int Retries = 2;
}

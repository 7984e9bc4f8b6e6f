namespace Lengthwise.Cli.Comparing;

/// <summary>How a comparison is carried out; none of it changes a result.</summary>
/// <param name="Jobs">Runs side by side.</param>
/// <param name="Cache">Prepared data.</param>
/// <param name="Kernels">File with the choice of kernels that all runs share; null where each measures its own.</param>
internal sealed record RunnerOptions(int Jobs, DirectoryInfo Cache, string? Kernels = null)
{
    /// <summary>How often a run whose process crashed or was killed is started again from its checkpoint.</summary>
    public const int Retries = 2;
}

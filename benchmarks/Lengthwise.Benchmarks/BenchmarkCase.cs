namespace Lengthwise.Benchmarks;

/// <summary>Something to time by two routes: the same work, told apart by <see cref="Modeling.Kernels.KernelRoute"/> alone.</summary>
/// <param name="name">What is timed, with its sizes.</param>
/// <param name="prepare">Makes the inputs; the result runs the work once and owns what it needs.</param>
internal sealed class BenchmarkCase(string name, Func<Action> prepare)
{
    /// <summary>What is timed, with its sizes.</summary>
    public string Name { get; } = name;

    /// <summary>Makes the inputs of one route; each call gives equal ones.</summary>
    public Action Prepare() => prepare();
}

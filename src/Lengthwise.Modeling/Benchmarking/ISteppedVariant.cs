namespace Lengthwise.Modeling.Benchmarking;

/// <summary>One of the ways to run a step that are timed in turn.</summary>
internal interface ISteppedVariant : IDisposable
{
    /// <summary>Name in tables, such as <c>tuned</c>.</summary>
    string Name { get; }

    /// <summary>Largest memory above that before it began; null before its first step, or where it was not measured.</summary>
    long? PeakBytes { get; }

    /// <summary>Steps that do not count, so that code is compiled and the heap has grown.</summary>
    void WarmUp();

    /// <summary>Runs one step.</summary>
    StepSample Step();
}

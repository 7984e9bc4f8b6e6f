using System.Runtime.Intrinsics;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// How the hot paths are computed. Chosen once for the process by what the processor has, or forced for a flow of control;
/// never changed by the environment or by a measurement.
/// </summary>
/// <remarks>
/// The C# routes take 32-bit floats on the CPU; everything else goes through libtorch whatever the route. Results of different
/// routes agree to rounding only, so a run records its route and resumes on it.
/// </remarks>
public sealed class KernelRoute
{
    private static readonly AsyncLocal<KernelRoute?> Forced = new();

    private KernelRoute(string name, int lanes, bool isSupported) => (Name, Lanes, IsSupported) = (name, lanes, isSupported);

    /// <summary>libtorch's own operations: the oracle, and the route of doubles and of other devices.</summary>
    public static KernelRoute Libtorch { get; } = new("libtorch", 0, true);

    /// <summary>C# kernels, 16 lanes.</summary>
    public static KernelRoute Simd512 { get; } = new("simd512", 16, Vector512.IsHardwareAccelerated);

    /// <summary>C# kernels, 8 lanes.</summary>
    public static KernelRoute Simd256 { get; } = new("simd256", 8, Vector256.IsHardwareAccelerated);

    /// <summary>C# kernels, 4 lanes.</summary>
    public static KernelRoute Simd128 { get; } = new("simd128", 4, Vector128.IsHardwareAccelerated);

    /// <summary>C# kernels, one lane: slow, for comparison.</summary>
    public static KernelRoute Scalar { get; } = new("scalar", 1, true);

    /// <summary>Every route, the plain one first, then by falling width.</summary>
    public static IReadOnlyList<KernelRoute> All { get; } = [Libtorch, Simd512, Simd256, Simd128, Scalar];

    /// <summary>The widest C# route of this processor; libtorch where it has no vectors.</summary>
    public static KernelRoute Best { get; } = All.FirstOrDefault(route => route is { Lanes: > 1, IsSupported: true }) ?? Libtorch;

    /// <summary>The route in force: the one forced around the caller, else <see cref="Best"/>.</summary>
    public static KernelRoute Current => Forced.Value ?? Best;

    /// <summary>Whether a route was forced around the caller.</summary>
    public static bool IsForced => Forced.Value is not null;

    /// <summary>Name as it is recorded with a run.</summary>
    public string Name { get; }

    /// <summary>Floats in a vector; 0 for libtorch.</summary>
    public int Lanes { get; }

    /// <summary>Whether this processor has the vectors; other routes would run, slowly.</summary>
    public bool IsSupported { get; }

    /// <summary>The route of that recorded name.</summary>
    /// <exception cref="LengthwiseException">There is none, or this processor lacks it.</exception>
    public static KernelRoute Named(string name)
    {
        KernelRoute? route = All.FirstOrDefault(candidate => candidate.Name == name);
        if (route is { IsSupported: true }) return route;
        string known = string.Join(", ", All.Where(candidate => candidate.IsSupported).Select(candidate => candidate.Name));
        throw new LengthwiseException(
            ExitCode.Usage,
            $"kernel route '{name}': {(route is null ? "found no such route" : "this processor lacks its vectors")}, expected one of {known}",
            "a run resumes on the route it began with; start it anew to use another");
    }

    /// <summary>Forces a route for the caller and everything it starts, until the result is disposed.</summary>
    public static IDisposable Use(KernelRoute route) => new Scope(route);

    /// <summary>The route in force and why, for <c>doctor</c> and run records.</summary>
    public static string Describe()
    {
        KernelRoute route = Current;
        string work = route.Lanes == 0 ? "libtorch operations" : FormattableString.Invariant($"C# kernels, 32-bit floats in lanes of {route.Lanes}");
        return $"{route.Name} ({work}; {(Forced.Value is null ? "widest of this processor" : "forced")})";
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private sealed class Scope : IDisposable
    {
        private readonly KernelRoute? _outer = Forced.Value;

        public Scope(KernelRoute route) => Forced.Value = route;

        public void Dispose() => Forced.Value = _outer;
    }
}

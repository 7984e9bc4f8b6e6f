using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Kernels.Dispatch;

/// <summary>Which operations of a run leave the C# kernels for libtorch. Part of what a run's bits depend on, so it is stored with the run.</summary>
/// <remarks>It applies to the C# routes; without a choice in force, and on the route <c>libtorch</c>, <see cref="KernelRoute.Current"/> alone decides.</remarks>
public sealed class KernelChoice
{
    private const string Own = "csharp", Plain = "libtorch";
    private static readonly AsyncLocal<KernelChoice?> InForce = new();
    private readonly HashSet<KernelOperation> _plain;

    /// <summary>Sends the given operations to libtorch.</summary>
    public KernelChoice(IEnumerable<KernelOperation> plain) => _plain = [.. plain];

    /// <summary>Every operation by a C# kernel.</summary>
    public static KernelChoice AllOwn { get; } = new([]);

    /// <summary>Operation to <c>csharp</c> or <c>libtorch</c>, as it is recorded.</summary>
    public IReadOnlyDictionary<string, string> Routes =>
        Enum.GetValues<KernelOperation>().ToDictionary(Naming.ToKey, operation => _plain.Contains(operation) ? Plain : Own);

    /// <summary>The choice of that record; null when it does not name each operation and one of the two ways.</summary>
    public static KernelChoice? FromRoutes(IReadOnlyDictionary<string, string>? routes)
    {
        KernelOperation[] all = Enum.GetValues<KernelOperation>();
        if (routes is null || routes.Count != all.Length || !all.All(o => routes.GetValueOrDefault(Naming.ToKey(o)) is Own or Plain)) return null;
        return new KernelChoice(all.Where(o => routes[Naming.ToKey(o)] == Plain));
    }

    /// <summary>The route of an operation, here and now.</summary>
    internal static KernelRoute RouteOf(KernelOperation operation)
    {
        KernelRoute route = KernelRoute.Current;
        return route.Lanes > 0 && InForce.Value is { } choice && choice._plain.Contains(operation) ? KernelRoute.Libtorch : route;
    }

    /// <summary>Puts a choice in force for the caller and everything it starts, until the result is disposed.</summary>
    public static IDisposable Use(KernelChoice choice) => new Scope(choice);

    private sealed class Scope : IDisposable
    {
        private readonly KernelChoice? _outer = InForce.Value;

        public Scope(KernelChoice choice) => InForce.Value = choice;

        public void Dispose() => InForce.Value = _outer;
    }
}

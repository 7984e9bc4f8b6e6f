using System.Runtime.CompilerServices;
using Lengthwise.Modeling.Native;
using Xunit.Sdk;
using Xunit.v3;

// The generator, the thread count and the number of live tensors belong to the process.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Lengthwise.Modeling.Tests;

internal static class StartLibtorch
{
    [ModuleInitializer]
    internal static void Start() => NativeRuntime.Start(1);
}

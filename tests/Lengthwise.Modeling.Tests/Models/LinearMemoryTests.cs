using System.Globalization;
using System.Runtime.InteropServices;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>Models that promise never to hold an L x L matrix, measured by the resident memory of the process (Linux only).</summary>
public sealed partial class LinearMemoryTests
{
    private const int Length = 32_768;

    private static readonly Dictionary<string, ModelSettings> Models = new()
    {
        ["bigbird"] = new BigBird.Settings { DModel = 8, NLayers = 1, NHeads = 1 },
        ["cnn"] = new Cnn.Settings { DModel = 8, NLayers = 1 },
        ["conv1d"] = new Conv1D.Settings { DModel = 8, NLayers = 3 },
        ["dlr"] = new DLR.Settings { DModel = 8, NLayers = 1, DState = 64 },
        ["dss"] = new DSS.Settings { DModel = 8, NLayers = 1 },
        ["ema"] = new Ema.Settings { DModel = 8, NLayers = 1 },
        ["linear"] = new LinearTransformer.Settings { DModel = 8, NLayers = 1, NHeads = 1 },
        ["linformer"] = new Linformer.Settings { DModel = 8, NLayers = 1, NHeads = 1 },
        ["local"] = new Local.Settings { DModel = 8, NLayers = 1, NHeads = 1 },
        ["longformer"] = new Longformer.Settings { DModel = 8, NLayers = 1, NHeads = 1, Window = 128 },
        ["lru"] = new Lru.Settings { DModel = 8, NLayers = 1 },
        ["mega"] = new Mega.Settings { DModel = 8, NLayers = 1, DState = 2, DAttin = 8, DAttout = 8, DFf = 8, Chunk = 32 },
        ["reformer"] = new Reformer.Settings { DModel = 8, NLayers = 1, NHeads = 1, ChunkSize = 32 },
        ["s4"] = new S4.Settings { DModel = 8, NLayers = 1, DState = 16 },
        ["s4d"] = new S4D.Settings { DModel = 8, NLayers = 1 },
        ["s5"] = new S5.Settings { DModel = 8, NLayers = 1 },
        ["sinkhorn"] = new Sinkhorn.Settings { DModel = 8, NLayers = 1, NHeads = 1 },
        ["sparse"] = new Sparse.Settings { DModel = 8, NLayers = 1, NHeads = 1 },
        ["luna"] = new Luna.Settings { DModel = 8, NLayers = 2, NHeads = 1, PLength = 32 },
        ["mamba"] = new Mamba.Settings { DModel = 8, NLayers = 1 },
        ["nystromformer"] = new Nystromformer.Settings { DModel = 8, NLayers = 1, NHeads = 1, Landmarks = 32 },
        ["performer"] = new Performer.Settings { DModel = 8, NLayers = 1, NHeads = 1, NFeatures = 16 },
        ["transformer"] = new Transformer.Settings { DModel = 8, NLayers = 1, NHeads = 1, BlockSize = 64 },
    };

    public static TheoryData<string, bool> Cases =>
        [.. from model in Models from bidirectional in (bool[])[true, false]
         where bidirectional || model.Value.ObstacleTo(ObjectiveKind.Causal) is null select (model.Key, bidirectional)];

    // One float for every pair of steps would be 4 GiB; what the process itself takes meanwhile (code, pools) is small beside an eighth of that.
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_training_step_on_a_long_sequence_stays_below_an_eighth_of_a_matrix_of_all_pairs(string name, bool bidirectional)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "resident memory is read from /proc");
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using SequenceModel model = SequenceModel.Create(
            ModelCatalog.Create(name), Models[name] with { Bidirectional = bidirectional }, new ModelInput.Reals(1), new ModelOutput.Pooled(2), Length);
        Tensor input = randn(1, Length, 1);
        long before = ForgetPeak();

        model.forward(input, null).sum().backward();
        BackwardFault.Rethrow();

        long grown = MachineProbe.PeakMemoryBytes() - before;
        Assert.InRange(grown, 0, (long)Length * Length / 2); // bytes: an eighth of four per pair
    }

    [Theory]
    [InlineData(ActivationMemory.Recomputed, 2)]
    [InlineData(ActivationMemory.RecomputedBfloat16, 2.5)]
    public void Branches_computed_again_leave_less_in_memory(ActivationMemory activations, double factor)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "resident memory is read from /proc");
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using SequenceModel model = SequenceModel.Create(
            new S4D(), new S4D.Settings { DModel = 64, NLayers = 8 }, new ModelInput.Reals(1), new ModelOutput.Pooled(2), Length);
        Tensor input = randn(1, Length, 1);
        long Grown(ActivationMemory memory)
        {
            model.Activations = memory;
            long before = ForgetPeak();
            using (var step = NewDisposeScope()) model.forward(input, null).sum().backward();
            BackwardFault.Rethrow();
            return MachineProbe.PeakMemoryBytes() - before;
        }

        _ = Grown(ActivationMemory.Kept);
        (long kept, long again) = (Grown(ActivationMemory.Kept), Grown(activations));

        Assert.InRange(again, 0, (long)(kept / factor));
    }

    /// <summary>Gives freed memory back, so that a new matrix cannot hide in it, and begins a new peak: the memory now resident.</summary>
    private static long ForgetPeak()
    {
        _ = TrimHeap(0);
        File.WriteAllText("/proc/self/clear_refs", 5.ToString(CultureInfo.InvariantCulture));
        return MachineProbe.PeakMemoryBytes();
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int TrimHeap(nuint pad);
}

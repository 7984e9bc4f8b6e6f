using Lengthwise.Experiments;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Native;
using TorchSharp;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>
/// The other side of a <see cref="PairedVariant"/>: steps when it is told to, line by line, until its input ends. Without our start-up it is
/// what a user of libtorch gets who changes nothing but the number of threads.
/// </summary>
public static class PairedServer
{
    /// <summary>Serves.</summary>
    /// <param name="input">Requests.</param>
    /// <param name="output">Answers.</param>
    /// <param name="threads">Threads of libtorch.</param>
    /// <param name="tuned">Whether to start as the program itself does.</param>
    public static void Serve(TextReader input, TextWriter output, int threads, bool tuned)
    {
        if (tuned)
        {
            NativeRuntime.Start(threads);
        }
        else
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            torch.set_num_threads(threads);
        }
        TrainingStep? step = null;
        KernelRoute route = KernelRoute.Libtorch;
        while (input.ReadLine() is { } line)
        {
            PairedAnswer answer;
            try
            {
                PairedRequest request = PairedRequest.FromLine(line)
                    ?? throw new LengthwiseException(ExitCode.Failed, $"paired benchmark: expected a request as JSON, found '{line}'");
                StepSample? sample = null;
                if (request.Case is { } c)
                {
                    step?.Dispose();
                    route = KernelRoute.Named(request.Route);
                    using IDisposable forced = KernelRoute.Use(route);
                    step = TrainingStep.Of(c, request.Formulation);
                }
                else
                {
                    TrainingStep prepared = step ?? throw new LengthwiseException(ExitCode.Failed, "paired benchmark: a step was asked for before a case");
                    using IDisposable forced = KernelRoute.Use(route);
                    sample = StepSample.Of(prepared.Run);
                }
                answer = new PairedAnswer(sample, MachineProbe.PeakMemoryBytes(), "");
            }
#pragma warning disable CA1031 // Whatever it is, the other side says it beside the case.
            catch (Exception e)
#pragma warning restore CA1031
            {
                answer = new PairedAnswer(null, 0, e.Message.Split('\n')[0]);
            }
            output.WriteLine(answer.ToLine());
            output.Flush();
        }
        step?.Dispose();
    }
}

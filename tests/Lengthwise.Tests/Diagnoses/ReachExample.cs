using Lengthwise.Diagnoses;

namespace Lengthwise.Tests.Diagnoses;

/// <summary>Two seeds of a model from scratch and pretrained, with masses that are easy to reckon with.</summary>
internal static class ReachExample
{
    public const int Length = 20;

    public static ReachDocument Document(bool hasKernels = true)
    {
        RunReach[] runs =
        [
            Run("scratch", 1, hasKernels, (TrainingMoment.Initialisation, 0.2), (TrainingMoment.Finetuning, 0.3)),
            Run("scratch", 2, hasKernels, (TrainingMoment.Initialisation, 0.2), (TrainingMoment.Finetuning, 0.4)),
            Run("masked", 1, hasKernels, (TrainingMoment.Initialisation, 0.2), (TrainingMoment.Pretraining, 0.7), (TrainingMoment.Finetuning, 0.6)),
            Run("masked", 2, hasKernels, (TrainingMoment.Initialisation, 0.2), (TrainingMoment.Pretraining, 0.8), (TrainingMoment.Finetuning, 0.7)),
        ];
        return new ReachDocument
        {
            Title = "an <example>",
            Within = 8,
            Runs = runs,
            Summary = ReachSummary.Of(runs, 8),
            Without = [new RunWithoutReach("gru-seed1", "model 'gru' has no such profile")],
        };
    }

    // Half of what is near lies at distance 1, half at 8; the rest at 9 to 16.
    public static RunReach Run(string objective, long seed, bool hasKernels, params (TrainingMoment Moment, double Near)[] moments) => new()
    {
        Run = $"example-{objective}-seed{seed}",
        Task = "example",
        Model = "transformer",
        Objective = objective,
        Seed = seed,
        Rows = 4,
        Length = Length,
        UpTo = DistanceBins.UpTo(Length),
        Moments = [.. moments.Select(m => new MomentReach(m.Moment, hasKernels ? [Attention(m.Near), Kernel(m.Near)] : [Attention(m.Near)]))],
    };

    private static LayerReach Attention(double near) => new()
    {
        Layer = "layers.0.0",
        Kind = ReachKind.Attention,
        Profiles = [Profile("head 0", near - 0.1), Profile("head 1", near + 0.1)],
        Uniform = Profile("uniform", 0.25),
    };

    private static LayerReach Kernel(double near) => new()
    {
        Layer = "layers.0.0",
        Kind = ReachKind.Kernel,
        Profiles = [Profile("4 channels", near)],
        Uniform = Profile("uniform", 0.45),
        Channels = [.. from share in new[] { 0.5, 0.9, 0.99 } from mass in Enum.GetValues<KernelMassKind>() select new ChannelReach(mass, share, 1, 2, 10 * (1 - near), 4, 5)],
    };

    private static DistanceProfile Profile(string name, double near) =>
        new() { Name = name, Mass = [0, near / 2, 0, 0, near / 2, 1 - near, 0], MeanDistance = near * 4.5 + (1 - near) * 12, Ahead = 0.5 };
}

using Lengthwise.Cli.Output;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise diagnose</c>: why a result is as it is.</summary>
internal sealed class DiagnoseCommand : DocumentedCommand
{
    public DiagnoseCommand(Terminal terminal)
        : base("diagnose", "Explains results: how far trained models look, and how far a task needs them to look.", [
            new("diagnose reach runs/default-markov-sources", "attention and kernels by distance, before and after pretraining"),
            new("diagnose locality markov-sources", "score by attention window, with floors"),
        ])
    {
        Add(new DiagnoseReachCommand(terminal));
        Add(new DiagnoseLocalityCommand(terminal));
    }
}

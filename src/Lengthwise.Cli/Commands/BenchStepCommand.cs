using System.CommandLine;
using Lengthwise.Cli.Output;
using Lengthwise.Modeling.Benchmarking;

namespace Lengthwise.Cli.Commands;

/// <summary>The hidden command that runs steps for <c>bench</c> in a process of its own, when it is told to.</summary>
internal sealed class BenchStepCommand : Command
{
    /// <summary>Its name; not for people.</summary>
    public const string CommandName = "bench-step";

    /// <summary>Starts as the program itself does.</summary>
    public const string TunedName = "--tuned";

    private readonly Argument<int> _threads = new("threads") { Description = "Threads of libtorch." };

    private readonly Option<bool> _tuned = new(TunedName) { Description = "With the start-up switches." };

    public BenchStepCommand(Terminal terminal)
        : base(CommandName, "Runs steps for a benchmark.")
    {
        Hidden = true;
        Add(_threads);
        Add(_tuned);
        SetAction(parsed => PairedServer.Serve(Console.In, terminal.Out, parsed.GetValue(_threads), parsed.GetValue(_tuned)));
    }
}

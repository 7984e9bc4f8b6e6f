using System.CommandLine;
using Lengthwise.Cli.Output;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Checkpoints;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise weights export</c>: the weights of a finished run, or of a part of its model.</summary>
internal sealed class WeightsExportCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Argument<DirectoryInfo> _run = new("run") { Description = "Folder of a finished run; 'lengthwise ls runs' lists them." };

    private readonly Option<FileInfo> _out = new("--out") { HelpName = "FILE", Required = true, Description = "The safetensors file to write." };

    private readonly Option<string> _below = new("--below")
    {
        HelpName = "NAME",
        DefaultValueFactory = _ => "",
        Description = "Only what stands below this name, under what is left of the names; by default everything.",
    };

    public WeightsExportCommand(Terminal terminal)
        : base("export", "Writes the weights of a finished run as safetensors, with the recipe in its metadata.", [
            new("weights export runs/mine --out mine.safetensors", "the whole model"),
            new("weights export runs/mine --below layers.0.0.layer --out block.safetensors", "its first layer, under the names of the published code"),
        ])
    {
        _terminal = terminal;
        Add(_run);
        Add(_out);
        Add(_below);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        var run = new RunFolder(parsed.GetValue(_run)!);
        if (!File.Exists(run.RecipePath))
            throw new LengthwiseException(ExitCode.Usage, $"exporting weights: there is no run in '{run.Directory}'", "'lengthwise ls runs' lists runs");
        if (!File.Exists(run.ModelPath))
            throw new LengthwiseException(ExitCode.Data, $"exporting weights of '{run.Directory}': it has no model.safetensors", $"a finished run has one; 'lengthwise resume {run.Directory}' finishes it");

        SafetensorsFile part = WeightExchange.Part(SafetensorsFile.Read(run.ModelPath), parsed.GetValue(_below)!);
        part.Metadata["program"] = "lengthwise " + MachineProbe.LengthwiseVersion;
        part.Metadata["below"] = parsed.GetValue(_below)!;
        part.Metadata["recipe"] = File.ReadAllText(run.RecipePath);
        FileInfo file = parsed.GetValue(_out)!;
        AtomicFile.Write(file.FullName, part.Write);
        _terminal.Out.WriteLine($"{Amount.Count(part.Tensors.Count)} tensors: {file}");
        return ExitCode.Done;
    }
}

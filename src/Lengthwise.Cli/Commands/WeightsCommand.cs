using Lengthwise.Cli.Output;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise weights</c>: weights in and out, as safetensors.</summary>
internal sealed class WeightsCommand : DocumentedCommand
{
    public WeightsCommand(Terminal terminal)
        : base("weights", "Exchanges weights with other programs, as safetensors files and by name.", [
            new("weights export runs/mine --below layers.0.0.layer --out block.safetensors", "one layer under the names of the published code"),
            new("weights import listops/s4 theirs.safetensors --out model.safetensors", "checks every name and shape"),
        ])
    {
        Add(new WeightsExportCommand(terminal));
        Add(new WeightsImportCommand(terminal));
    }
}

using System.CommandLine;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Experiments;
using Lengthwise.Modeling;
using Lengthwise.Modeling.Checkpoints;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Native;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise weights import</c>: puts weights of another program into a recipe's model.</summary>
internal sealed class WeightsImportCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _recipe = new("recipe") { Description = "A recipe file, or TASK/NAME as 'lengthwise ls recipes' lists it." };

    private readonly Argument<FileInfo> _file = new("file") { Description = "The safetensors file with the weights." };

    private readonly Option<FileInfo> _out = new("--out") { HelpName = "FILE", Required = true, Description = "Where the whole model's weights go, for 'train --weights'." };

    private readonly Option<string> _below = new("--below")
    {
        HelpName = "NAME",
        DefaultValueFactory = _ => "",
        Description = "The part of the model that the file is about, such as layers.0.0.layer; the rest is drawn.",
    };

    private readonly Option<string[]> _set = new("--set") { HelpName = "KEY=VALUE", Description = "Change a setting of the recipe; may be repeated." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    public WeightsImportCommand(Terminal terminal)
        : base("import", "Puts weights into a recipe's model, by name. Missing, unknown and misshapen tensors are named, and then nothing is written.", [
            new("weights import listops/s4 theirs.safetensors --out model.safetensors", "a whole model; a head that does not fit is drawn"),
            new("weights import listops/s4 block.safetensors --below layers.0.0.layer --out model.safetensors", "one layer of it"),
        ])
    {
        _terminal = terminal;
        Add(_recipe);
        Add(_file);
        foreach (Option option in (Option[])[_out, _below, _set, _cache]) Add(option);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        Recipe recipe = RecipeReader.Read(Places.RecipeFile(parsed.GetValue(_recipe)!), parsed.GetValue(_set) ?? [], new SettingsCatalog());
        FileInfo from = parsed.GetValue(_file)!, to = parsed.GetValue(_out)!;
        SafetensorsFile weights = SafetensorsFile.Read(from.FullName);

        NativeRuntime.Start(recipe.Run.Threads);
        using var scope = NewDisposeScope();
        using var interruption = new Interruption();
        using SequenceModel model = WeightExchange.Fresh(recipe, Places.Cache(parsed, _cache), new PreparationProgressLine(_terminal), interruption.Stop);
        IReadOnlyList<string> drawn = WeightExchange.Import(model.State, weights, from.ToString(), parsed.GetValue(_below)!);
        if (drawn.Count > 0) _terminal.Note($"note: not in the file, or of another shape, and therefore drawn: {string.Join(", ", drawn)}");

        var whole = new SafetensorsFile();
        foreach ((string name, Tensor tensor) in model.State) whole.Tensors[name] = TensorExchange.ToEntry(tensor);
        whole.Metadata["program"] = "lengthwise " + MachineProbe.LengthwiseVersion;
        AtomicFile.Write(to.FullName, whole.Write);
        _terminal.Out.WriteLine($"{Amount.Count(weights.Tensors.Count)} tensors read, {Amount.Count(whole.Tensors.Count)} written: {to}");
        return ExitCode.Done;
    }
}

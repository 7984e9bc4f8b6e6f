using System.CommandLine;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Modeling.Data.Downloads;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise data get</c>: downloads the official files of a task where their terms allow it.</summary>
internal sealed class DataGetCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _task = new("task") { Description = "A task; 'lengthwise data ls' lists them." };

    private readonly Option<string> _mirror = new("--mirror") { HelpName = "URL", Description = "Take the files from below this address instead of their publisher's; sizes and sums are checked all the same." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    public DataGetCommand(Terminal terminal)
        : base("get", "Downloads the official files of a task, or says where a person gets them. Continues a download that was cut.", [
            new("data get text", "the film reviews, 80 MB"),
            new("data get image --mirror https://mirror.example/cifar", "the same file from another place"),
        ])
    {
        _terminal = terminal;
        Add(_task);
        Add(_mirror);
        Add(_cache);
        SetAction((parsed, _) => RunAsync(parsed));
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        string name = parsed.GetValue(_task)!;
        if (!TaskCatalog.Settings.ContainsKey(name))
            throw new LengthwiseException(ExitCode.Usage, $"getting data: there is no task '{name}'", Suggestions.Hint("tasks", name, [.. TaskCatalog.Settings.Keys]));
        DataOrigin origin = TaskCatalog.Create(name).Origin;
        if (origin.Files.Count == 0) return (int)NothingToGet(name, origin);

        var files = new DataSetDownload(origin, Places.Cache(parsed, _cache));
        using var interruption = new Interruption();
        using var downloader = new Downloader();
        using var display = new DownloadDisplay(_terminal);
        try
        {
            int downloaded = await files.GetAsync(downloader, Mirror(parsed), display, interruption.Stop);
            display.Finish(downloaded == 0 ? "everything was there already" : $"{Amount.Count(downloaded)} of {Amount.Count(origin.Files.Count)} files downloaded and checked");
        }
        catch (OperationCanceledException) when (interruption.Stop.IsCancellationRequested)
        {
            display.Finish("interrupted; the same command continues where it stopped");
            return (int)ExitCode.Interrupted;
        }
        _terminal.Out.WriteLine(files.Folder.FullName);
        return (int)ExitCode.Done;
    }

    private ExitCode NothingToGet(string name, DataOrigin origin)
    {
        if (origin.ByHand.Length > 0) throw new LengthwiseException(ExitCode.Data, $"getting data: {name} is not downloaded by this program ({origin.Source})", origin.ByHand);
        _terminal.Note($"{name} needs no files: {origin.Source}");
        return ExitCode.Done;
    }

    private Uri? Mirror(ParseResult parsed)
    {
        if (parsed.GetValue(_mirror) is not { } text) return null;
        bool isAddress = Uri.TryCreate(text, UriKind.Absolute, out Uri? mirror) && (mirror.Scheme == Uri.UriSchemeHttp || mirror.Scheme == Uri.UriSchemeHttps);
        return isAddress ? mirror : throw new LengthwiseException(ExitCode.Usage, $"getting data: '--mirror {text}' is no address", "expected one such as https://mirror.example/folder");
    }
}

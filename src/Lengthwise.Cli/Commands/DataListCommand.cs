using System.CommandLine;
using Lengthwise.Cli.Output;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise data ls</c>: every task's data, what of it is here, and how to get it.</summary>
internal sealed class DataListCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    public DataListCommand(Terminal terminal)
        : base("ls", "Lists the data of every task: source, licence, what is here, and how to get it.", [
            new("data ls", "what is here"),
            new("data ls --json", "addresses and licences, for a script"),
        ])
    {
        _terminal = terminal;
        Add(_json);
        Add(_cache);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        DirectoryInfo cache = Places.Cache(parsed, _cache);
        Row[] rows = [.. TaskCatalog.Settings.Keys.Select(name => new Row(TaskCatalog.Create(name), cache))];
        if (parsed.GetValue(_json))
        {
            _terminal.Out.WriteLine(JsonText.Of(new
            {
                Schema = 1,
                Folder = Path.Combine(cache.FullName, "data"),
                Tasks = rows.Select(r => new
                {
                    r.Task.Name,
                    r.Origin.Source,
                    r.Task.Licence,
                    r.Origin.Contents,
                    State = r.State.ToString(),
                    r.Bytes,
                    Files = r.Origin.Files.Select(f => new { f.Name, Address = f.Address.AbsoluteUri, f.Bytes, Checksum = f.Checksum?.ToString() }),
                    ByHand = r.Origin.ByHand,
                }),
            }));
            return;
        }
        _terminal.Out.Write(TextTable.Render(
            ["task", "here", "source, licence, how to get it"], [.. rows.Select(r => (IReadOnlyList<string>)[r.Task.Name, r.Here, r.Text])], _terminal.Width));
        _terminal.Note($"downloads are kept in '{Path.Combine(cache.FullName, "data")}'");
    }

    private enum State
    {
        NotNeeded,
        Whole,
        Partial,
        Missing,
    }

    private sealed class Row
    {
        public Row(SequenceTask task, DirectoryInfo cache)
        {
            (Task, Origin) = (task, task.Origin);
            IReadOnlyList<PresentFile> files = new DataSetDownload(Origin, cache).Present();
            Bytes = files.Sum(f => f.Bytes);
            bool wasPlaced = Origin.Folder.Length > 0 && Origin.In(cache) is { Exists: true } folder && folder.EnumerateFileSystemInfos().Any() && Bytes == 0;
            State = Origin.Folder.Length == 0 ? State.NotNeeded
                : wasPlaced || (files.Count > 0 && files.All(f => f.IsWhole)) ? State.Whole
                : Bytes > 0 ? State.Partial
                : Origin.IsOptional ? State.NotNeeded
                : State.Missing;
        }

        public SequenceTask Task { get; }

        public DataOrigin Origin { get; }

        public long Bytes { get; }

        public State State { get; }

        public string Here => State switch
        {
            State.NotNeeded => "yes",
            State.Whole => Bytes > 0 ? Amount.Bytes(Bytes) : "yes",
            State.Partial => $"in part ({Amount.Bytes(Bytes)})",
            _ => "no",
        };

        public string Text
        {
            get
            {
                string get = State is State.NotNeeded or State.Whole ? "" : Origin.Files.Count > 0 ? $"; 'lengthwise data get {Task.Name}'" : $"; {Origin.ByHand}";
                return $"{Origin.Source}; {Task.Licence}{get}";
            }
        }
    }
}

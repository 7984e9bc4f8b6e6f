using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tasks.Files;
using Lengthwise.Modeling.Tests.Data;

namespace Lengthwise.Modeling.Tests.Tasks.Files;

/// <summary>A folder for made-up files of a task, and a cache.</summary>
internal sealed class FileTaskBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => _folder["files"];

    public DirectoryInfo Cache => new(_folder["cache"]);

    public string At(string name) => Path.Combine(Root, name);

    public void Dispose() => _folder.Dispose();

    public void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), bytes);
    }

    public void WriteGzip(string name, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(bytes);
        Write(name, packed.ToArray());
    }

    /// <summary>Packs the files into an archive beside their folder.</summary>
    public string Archive()
    {
        string path = _folder["files.tar.gz"];
        using var gzip = new GZipStream(File.Create(path), CompressionMode.Compress);
        TarFile.CreateFromDirectory(Root, gzip, includeBaseDirectory: false);
        return path;
    }

    public PreparedTask Prepare(string task, FileTaskSettings settings) =>
        TaskCatalog.Create(task, settings.Path.Length > 0 ? settings : settings with { Path = Root }).Prepare(Cache, null, TestContext.Current.CancellationToken);

    public LengthwiseException Refused(string task, FileTaskSettings settings) => Assert.Throws<LengthwiseException>(() => Prepare(task, settings).Dispose());

    /// <summary>Rows of train, validation and test.</summary>
    public static (int Train, int Validation, int Test) Counts(PreparedTask data) => (data.Train.Count, data.Validation.Count, data.Test.Count);

    /// <summary>All rows of all splits.</summary>
    public static IEnumerable<(SequenceSplit Split, int Row)> Rows(PreparedTask data) =>
        new[] { data.Train, data.Validation, data.Test }.SelectMany(split => Enumerable.Range(0, split.Count).Select(row => (split, row)));

    /// <summary>Symbols of a sequence without those behind the end.</summary>
    public static string Read(PreparedTask data, SequenceSplit split, int row, int part = 0) =>
        string.Concat(split.Tokens(row, part).ToArray().Select(id => ((TokenInput)data.Shape.Input).Vocabulary[id]));
}

using System.IO.Compression;
using System.Text;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;
using Lengthwise.Modeling.Tests.Data;

namespace Lengthwise.Modeling.Tests.Records.Readers;

/// <summary>Files of a user that live as long as a test, and what the readers make of them.</summary>
public sealed class UserFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DirectoryInfo Directory => _folder.Directory;

    public BadRows Problems { get; private set; } = new(maySkip: false);

    public string Write(string name, byte[] content)
    {
        string path = _folder[name];
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, new UTF8Encoding(false).GetBytes(content));

    public static byte[] Gzip(byte[] content)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(content);
        return compressed.ToArray();
    }

    public IReadOnlyList<SequenceRecord> Read(ReadSettings settings, long pieceBytes = 1 << 20)
    {
        Problems = new BadRows(settings.OnBadRow == BadRowRule.Skip);
        RecordSource source = RecordSources.Open(settings, withSplits: true, pieceBytes);
        return [.. source.Parts.SelectMany(p => p.Read(Problems, TestContext.Current.CancellationToken))];
    }

    public IReadOnlyList<SequenceRecord> Read(string name, string content, ReadSettings? settings = null, long pieceBytes = 1 << 20) =>
        Read((settings ?? new ReadSettings()) with { Path = Write(name, content) }, pieceBytes);

    public string Error(string name, string content, ReadSettings? settings = null) =>
        Error((settings ?? new ReadSettings()) with { Path = Write(name, content) });

    public string Error(ReadSettings settings)
    {
        LengthwiseException error = Assert.Throws<LengthwiseException>(() => Read(settings));
        return $"{error.Message} {error.Hint}";
    }

    public void Dispose() => _folder.Dispose();
}

internal static class RecordReading
{
    public static float[] Reals(this SequenceRecord record) => ((SequenceContent.Reals)record.Content).Values.ToArray();

    public static int Channels(this SequenceRecord record) => ((SequenceContent.Reals)record.Content).Channels;

    public static string Text(this SequenceRecord record) => Encoding.UTF8.GetString(((SequenceContent.Text)record.Content).Utf8.Span);

    public static IReadOnlyList<string> Symbols(this SequenceRecord record) => ((SequenceContent.Symbols)record.Content).Names;
}

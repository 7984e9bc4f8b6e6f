using System.Text;
using CsCheck;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

/// <summary>Whatever stands in a file, reading gives records or a message.</summary>
public sealed class AnyBytesTests : IDisposable
{
    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    public static TheoryData<string> Kinds => [.. Samples.Keys];

    private static readonly Dictionary<string, byte[]> Samples = new()
    {
        ["x.csv"] = Encoding.UTF8.GetBytes("id,label,v0,v1,v2\nr1,a,1,2,3\nr2,\"b\"\"c\",4,5.5,6\n"),
        ["long.csv"] = Encoding.UTF8.GetBytes("id,time,label,v\na,0,x,1\na,1,x,2\nb,0,y,3\n"),
        ["x.csv.gz"] = UserFiles.Gzip(Encoding.UTF8.GetBytes("id,label,v0,v1,v2\nr1,a,1,2,3\n")),
        ["text.tsv"] = Encoding.UTF8.GetBytes("text\tlabel\nh\u00e9llo \"x\"\ta\nworld\tb\n"),
        ["x.jsonl"] = Encoding.UTF8.GetBytes("{\"id\":1,\"values\":[[1,2],[3,4],[5,6]],\"label\":\"a\"}\n{\"id\":2,\"values\":[[1,2]],\"label\":null}\n"),
        ["x.npy"] = NpyBytes.Floats("2, 3", 1, 2, 3, 4, 5, 6),
        ["x.parquet"] = ParquetBytes.Wide([("r1", "a", [1, 2, 3]), ("r2", "b", [4, 5, null])]),
        ["lists.parquet"] = ParquetBytes.Lists(([1, 2, 3], 0), ([4], 1)),
        ["x.h5"] = Hdf5Tests.Bytes(("x", new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }), ("y", new[] { 3, 5 })),
        ["x.wav"] = WavBytes.Of(8000, 2, 16, [1, 2, 3, 4, 5, 6, 7, 8], isExtensible: true, hasOddChunk: true),
        ["x.png"] = Lengthwise.Modeling.Data.ImageFile.EncodePng(new(3, 2, Lengthwise.Modeling.Data.ImageColour.Grey, [1, 2, 3, 4, 5, 6])),
        ["x.ts"] = Encoding.UTF8.GetBytes("@timestamps false\n@classLabel true a b\n@data\n1,2:3,4:a\n5,?:6,7:b\n"),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damaged_files_give_records_or_a_message(string kind)
    {
        byte[] valid = Samples[kind];
        Gen<byte[]> flipped = Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte).Array[1, 4].Select(changes =>
        {
            byte[] copy = [.. valid];
            foreach ((int at, byte value) in changes) copy[at] = value;
            return copy;
        });
        Gen<byte[]> truncated = Gen.Int[0, valid.Length].Select(length => valid[..length]);
        Gen<byte[]> random = Gen.Byte.Array[0, 300];

        Gen.OneOf(flipped, truncated, random, Gen.Select(truncated, random, (a, b) => a.Concat(b).ToArray())).Sample(
            bytes => ReadsOrExplains(kind, bytes), iter: kind.EndsWith(".h5", StringComparison.Ordinal) ? 10 : 40, threads: 1);
    }

    private bool ReadsOrExplains(string kind, byte[] bytes)
    {
        string path = _files.Write(kind, bytes);
        foreach (BadRowRule rule in new[] { BadRowRule.Error, BadRowRule.Skip })
        {
            try
            {
                foreach (SequenceRecord record in _files.Read(new ReadSettings { Path = path, OnBadRow = rule, Missing = MissingRule.Keep }, pieceBytes: 16))
                    if (record.Content is SequenceContent.Reals reals && (reals.Values.Length == 0 || reals.Values.Length % reals.Channels != 0)) return false;
            }
            catch (LengthwiseException e)
            {
                if (e.Message.Length == 0) return false;
            }
        }
        return true;
    }
}

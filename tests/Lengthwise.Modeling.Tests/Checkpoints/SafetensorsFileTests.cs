using System.Text;
using CsCheck;
using Lengthwise.Modeling.Checkpoints;

namespace Lengthwise.Modeling.Tests.Checkpoints;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void What_is_written_reads_back()
    {
        var file = new SafetensorsFile();
        file.Metadata["format"] = "é\"";
        file.Tensors["b"] = new SafetensorsEntry(SafetensorsType.F32, [2, 3], new byte[24]);
        file.Tensors["a.empty"] = new SafetensorsEntry(SafetensorsType.I64, [0], Array.Empty<byte>());
        file.Tensors["scalar"] = new SafetensorsEntry(SafetensorsType.F64, [], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 });

        SafetensorsFile read = SafetensorsFile.Parse(Bytes(file));

        Assert.Equal(file.Metadata, read.Metadata);
        Assert.Equal(file.Tensors.Keys, read.Tensors.Keys);
        foreach ((string name, SafetensorsEntry entry) in file.Tensors)
        {
            Assert.Equal(entry.Type, read.Tensors[name].Type);
            Assert.Equal(entry.Shape, read.Tensors[name].Shape);
            Assert.Equal(entry.Bytes.ToArray(), read.Tensors[name].Bytes.ToArray());
        }
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "should have 8 bytes")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "negative")]
    [InlineData("""{"w":{"dtype":"F32","shape":[9223372036854775807,9],"data_offsets":[0,4]}}""", "")]
    [InlineData("""{"w":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}""", "F99")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "inside the 8")]
    [InlineData("""{"w":3}""", "no 'dtype'")]
    [InlineData("""[1]""", "")]
    [InlineData("""{"w":{""", "")]
    public void A_file_that_lies_is_refused_with_its_name(string header, string expected)
    {
        string path = Path.GetTempFileName();
        byte[] json = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[8]]);

        var refused = Assert.Throws<LengthwiseException>(() => SafetensorsFile.Read(path));
        File.Delete(path);

        Assert.Equal(ExitCode.Data, refused.Code);
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_are_refused_and_never_crash() =>
        Gen.Byte.Array[0, 64].Sample(bytes =>
        {
            try
            {
                SafetensorsFile.Parse(bytes);
                return false;
            }
            catch (Exception e) when (e is InvalidDataException or System.Text.Json.JsonException)
            {
                return true;
            }
        }, iter: 2000);

    private static byte[] Bytes(SafetensorsFile file)
    {
        using var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }
}

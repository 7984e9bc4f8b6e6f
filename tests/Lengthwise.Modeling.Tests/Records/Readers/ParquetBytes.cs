using Parquet;
using Parquet.Schema;

namespace Lengthwise.Modeling.Tests.Records.Readers;

/// <summary>Parquet files for tests.</summary>
internal static class ParquetBytes
{
    /// <summary>Row groups of <c>id, label, v0, v1, v2</c>; empty labels and NaN are written as missing.</summary>
    public static byte[] Wide(params (string Id, string? Label, float?[] Values)[][] groups)
    {
        DataField[] fields = [new DataField<string>("id"), new DataField<string>("label", true), .. Enumerable.Range(0, 3).Select(i => new DataField<float?>($"v{i}"))];
        return Write(new ParquetSchema(fields), groups.Length, async (writer, g) =>
        {
            await writer.WriteAsync(fields[0], groups[g].Select(r => r.Id).ToArray());
            await writer.WriteAsync(fields[1], groups[g].Select(r => r.Label).ToArray()!);
            for (int i = 0; i < 3; i++) await writer.WriteAsync<float>(fields[2 + i], groups[g].Select(r => r.Values[i]).ToArray().AsMemory());
        });
    }

    /// <summary>Rows of a list of integers and a label.</summary>
    public static byte[] Lists(params (int[] Values, int Label)[] rows)
    {
        var label = new DataField<int>("label");
        var list = new ListField("series", new DataField<int>("element"));
        var schema = new ParquetSchema(label, list);
        return Write(schema, 1, async (writer, _) =>
        {
            await writer.WriteAsync<int>(label, rows.Select(r => r.Label).ToArray().AsMemory());
            int[] values = [.. rows.SelectMany(r => r.Values)], repetitions = [.. rows.SelectMany(r => r.Values.Select((_, i) => i == 0 ? 0 : 1))];
            var item = (DataField)list.Item;
            int[] definitions = [.. values.Select(_ => item.MaxDefinitionLevel)];
            await writer.WriteAllPartsAsync<int>(item, values.AsMemory(), definitions.AsMemory(), repetitions.AsMemory(), CancellationToken.None);
        });
    }

    /// <summary>A long table of <c>id, time, label, value</c>, in two row groups.</summary>
    public static byte[] Long(params (string Id, int Time, string Label, double Value)[] rows)
    {
        DataField[] fields = [new DataField<string>("id"), new DataField<int>("time"), new DataField<string>("label"), new DataField<double>("value")];
        (string Id, int Time, string Label, double Value)[][] groups = [.. rows.Chunk((rows.Length + 1) / 2)];
        return Write(new ParquetSchema(fields), groups.Length, async (writer, g) =>
        {
            await writer.WriteAsync(fields[0], groups[g].Select(r => r.Id).ToArray());
            await writer.WriteAsync<int>(fields[1], groups[g].Select(r => r.Time).ToArray().AsMemory());
            await writer.WriteAsync(fields[2], groups[g].Select(r => r.Label).ToArray());
            await writer.WriteAsync<double>(fields[3], groups[g].Select(r => r.Value).ToArray().AsMemory());
        });
    }

    private static byte[] Write(ParquetSchema schema, int groups, Func<ParquetRowGroupWriter, int, Task> fill)
    {
        var stream = new MemoryStream();
        Task.Run(async () =>
        {
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream);
            for (int g = 0; g < groups; g++)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await fill(group, g);
            }
        }).GetAwaiter().GetResult();
        return stream.ToArray();
    }
}

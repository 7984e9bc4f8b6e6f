using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Lengthwise.Modeling.Records.Readers.Columns;

/// <summary>A column of a row group in memory: a value a row, or a list of values a row.</summary>
internal sealed class ParquetColumn
{
    private readonly double[] _numbers;
    private readonly string?[] _texts;
    private readonly int[]? _starts;

    private ParquetColumn(double[] numbers, string?[] texts, int[]? starts) => (_numbers, _texts, _starts) = (numbers, texts, starts);

    /// <summary>Whether values of this kind are numbers.</summary>
    public static bool IsNumeric(Type type) => type == typeof(float) || type == typeof(double) || type == typeof(decimal) || IsInteger(type);

    /// <summary>Whether values of this kind are integers.</summary>
    public static bool IsInteger(Type type) =>
        type == typeof(int) || type == typeof(long) || type == typeof(short) || type == typeof(sbyte) || type == typeof(byte)
        || type == typeof(ushort) || type == typeof(uint) || type == typeof(ulong) || type == typeof(bool);

    /// <summary>Reads a column.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="field">The column.</param>
    /// <param name="asNumbers">Whether numbers are wanted, or their text.</param>
    /// <exception cref="InvalidDataException">Its kind is not read, or its levels contradict each other.</exception>
    public static ParquetColumn Read(ParquetRowGroupReader group, DataField field, bool asNumbers)
    {
        using RawColumnData raw = group.ReadRawColumnDataBaseAsync(field).AsTask().GetAwaiter().GetResult();
        int rows = checked((int)group.RowCount);
        int[]? definitions = field.MaxDefinitionLevel > 0 ? raw.DefinitionLevels.ToArray() : null;
        (int[] slots, int[]? starts) = field.MaxRepetitionLevel == 0
            ? (FlatSlots(field, definitions, rows), null)
            : ListSlots(field, definitions ?? throw new InvalidDataException("a list has no definition levels"), raw.RepetitionLevels, rows);
        return asNumbers ? new ParquetColumn(Numbers(raw, slots), [], starts) : new ParquetColumn([], Texts(raw, slots), starts);
    }

    /// <summary>A number; NaN if it is missing.</summary>
    public double Number(int row) => _numbers[row];

    /// <summary>A text; null if it is missing.</summary>
    public string? Text(int row) => _texts[row];

    /// <summary>The numbers of a list; none if it is missing.</summary>
    public ReadOnlySpan<double> NumberList(int row) => _numbers.AsSpan(_starts![row].._starts[row + 1]);

    /// <summary>The texts of a list; none if it is missing.</summary>
    public ReadOnlySpan<string?> TextList(int row) => _texts.AsSpan(_starts![row].._starts[row + 1]);

    /// <summary>For each row the place of its value among those that are present; -1 if it is missing.</summary>
    private static int[] FlatSlots(DataField field, int[]? definitions, int rows)
    {
        if (definitions is not null && definitions.Length != rows) throw new InvalidDataException("the number of levels differs from the number of rows");
        var slots = new int[rows];
        int next = 0;
        for (int r = 0; r < rows; r++) slots[r] = definitions is null || definitions[r] == field.MaxDefinitionLevel ? next++ : -1;
        return slots;
    }

    private static (int[] Slots, int[] Starts) ListSlots(DataField field, int[] definitions, ReadOnlySpan<int> repetitions, int rows)
    {
        if (field.MaxRepetitionLevel > 1) throw new InvalidDataException("lists of lists are not read");
        if (repetitions.Length != definitions.Length) throw new InvalidDataException("the numbers of levels differ");
        // Of a list with optional elements, the level below the highest is a missing element; anything lower is an empty or missing list.
        int missing = !field.IsArray && field.IsNullable ? field.MaxDefinitionLevel - 1 : field.MaxDefinitionLevel;
        var slots = new List<int>(definitions.Length);
        var starts = new int[rows + 1];
        int row = -1, next = 0;
        for (int i = 0; i < definitions.Length; i++)
        {
            if (repetitions[i] == 0)
            {
                if (++row >= rows) throw new InvalidDataException("a list column has more rows than its row group");
                starts[row] = slots.Count;
            }
            if (row < 0) throw new InvalidDataException("a list column begins in the middle of a row");
            if (definitions[i] == field.MaxDefinitionLevel) slots.Add(next++);
            else if (definitions[i] >= missing) slots.Add(-1);
        }
        if (row != rows - 1) throw new InvalidDataException("a list column has fewer rows than its row group");
        starts[rows] = slots.Count;
        return ([.. slots], starts);
    }

    private static double[] Numbers(RawColumnData raw, int[] slots) => raw switch
    {
        RawColumnData<float> r => Pick(r, slots, v => v, double.NaN),
        RawColumnData<double> r => Pick(r, slots, v => v, double.NaN),
        RawColumnData<int> r => Pick(r, slots, v => v, double.NaN),
        RawColumnData<long> r => Pick(r, slots, v => v, double.NaN),
        RawColumnData<short> r => Pick(r, slots, v => v, double.NaN),
        RawColumnData<sbyte> r => Pick(r, slots, v => v, double.NaN),
        RawColumnData<byte> r => Pick(r, slots, v => v, double.NaN),
        RawColumnData<ushort> r => Pick(r, slots, v => v, double.NaN),
        RawColumnData<uint> r => Pick(r, slots, v => v, double.NaN),
        RawColumnData<ulong> r => Pick(r, slots, v => v, double.NaN),
        RawColumnData<bool> r => Pick(r, slots, v => v ? 1 : 0, double.NaN),
        RawColumnData<decimal> r => Pick(r, slots, v => (double)v, double.NaN),
        _ => throw NotRead(raw),
    };

    private static string?[] Texts(RawColumnData raw, int[] slots) => raw switch
    {
        RawColumnData<ReadOnlyMemory<char>> r => Pick<ReadOnlyMemory<char>, string?>(r, slots, v => v.ToString(), null),
        RawColumnData<ReadOnlyMemory<byte>> r => Pick<ReadOnlyMemory<byte>, string?>(r, slots, v => Encoding.UTF8.GetString(v.Span), null),
        RawColumnData<bool> r => Pick<bool, string?>(r, slots, v => v ? "true" : "false", null),
        RawColumnData<DateTime> r => Pick<DateTime, string?>(r, slots, v => v.ToString("O", CultureInfo.InvariantCulture), null),
        RawColumnData<float> r => Formatted(r, slots),
        RawColumnData<double> r => Formatted(r, slots),
        RawColumnData<int> r => Formatted(r, slots),
        RawColumnData<long> r => Formatted(r, slots),
        RawColumnData<short> r => Formatted(r, slots),
        RawColumnData<sbyte> r => Formatted(r, slots),
        RawColumnData<byte> r => Formatted(r, slots),
        RawColumnData<ushort> r => Formatted(r, slots),
        RawColumnData<uint> r => Formatted(r, slots),
        RawColumnData<ulong> r => Formatted(r, slots),
        RawColumnData<decimal> r => Formatted(r, slots),
        RawColumnData<Guid> r => Formatted(r, slots),
        _ => throw NotRead(raw),
    };

    private static string?[] Formatted<T>(RawColumnData<T> raw, int[] slots) where T : struct, IFormattable =>
        Pick<T, string?>(raw, slots, v => v.ToString(null, CultureInfo.InvariantCulture), null);

    private static TOut[] Pick<T, TOut>(RawColumnData<T> raw, int[] slots, Func<T, TOut> convert, TOut missing) where T : struct
    {
        ReadOnlySpan<T> values = raw.Values;
        var picked = new TOut[slots.Length];
        for (int i = 0; i < slots.Length; i++)
        {
            if (slots[i] >= values.Length) throw new InvalidDataException("a column has fewer values than its levels say");
            picked[i] = slots[i] < 0 ? missing : convert(values[slots[i]]);
        }
        return picked;
    }

    private static InvalidDataException NotRead(RawColumnData raw) =>
        new($"values of kind {raw.GetType().GenericTypeArguments.FirstOrDefault()?.Name ?? "unknown"} are not read here");
}

using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Checkpoints;

/// <summary>Between tensors and safetensors entries.</summary>
public static class TensorExchange
{
    /// <summary>A copy of the tensor's elements.</summary>
    public static SafetensorsEntry ToEntry(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        Tensor whole = tensor.detach().cpu().contiguous();
        return new SafetensorsEntry(TypeOf(whole.dtype), whole.shape, whole.bytes.ToArray());
    }

    /// <summary>A new tensor with the entry's elements.</summary>
    public static Tensor ToTensor(SafetensorsEntry entry)
    {
        Tensor tensor = empty([.. entry.Shape], ScalarTypeOf(entry.Type));
        if (entry.Bytes.Length > 0) entry.Bytes.Span.CopyTo(tensor.bytes);
        return tensor;
    }

    /// <summary>What keeps an entry from being copied into a tensor; null when nothing does.</summary>
    public static string? Misfit(SafetensorsEntry entry, Tensor target) => entry.Shape.SequenceEqual(target.shape) && entry.Type == TypeOf(target.dtype)
        ? null
        : $"found {entry.Type} [{string.Join(", ", entry.Shape)}], expected {TypeOf(target.dtype)} [{string.Join(", ", target.shape)}]";

    /// <summary>Overwrites a tensor of the same type and shape, in place and outside autograd.</summary>
    /// <exception cref="InvalidDataException">Type or shape differ.</exception>
    public static void CopyInto(SafetensorsEntry entry, Tensor target, string name)
    {
        if (Misfit(entry, target) is { } misfit) throw new InvalidDataException($"tensor '{name}': {misfit}");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        target.copy_(ToTensor(entry));
    }

    /// <summary>The entry's elements as 32-bit floats.</summary>
    public static float[] ToFloats(SafetensorsEntry entry) => entry.Type == SafetensorsType.F32
        ? MemoryMarshal.Cast<byte, float>(entry.Bytes.Span).ToArray()
        : throw new InvalidDataException($"found elements of type {entry.Type}, expected F32");

    private static SafetensorsType TypeOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => SafetensorsType.F32,
        ScalarType.Float64 => SafetensorsType.F64,
        ScalarType.Int64 => SafetensorsType.I64,
        ScalarType.Int32 => SafetensorsType.I32,
        ScalarType.Byte => SafetensorsType.U8,
        ScalarType.Bool => SafetensorsType.BOOL,
        _ => throw new NotSupportedException($"tensors of type {type} are not written to safetensors"),
    };

    private static ScalarType ScalarTypeOf(SafetensorsType type) => type switch
    {
        SafetensorsType.F32 => ScalarType.Float32,
        SafetensorsType.F64 => ScalarType.Float64,
        SafetensorsType.I64 => ScalarType.Int64,
        SafetensorsType.I32 => ScalarType.Int32,
        SafetensorsType.U8 => ScalarType.Byte,
        _ => ScalarType.Bool,
    };
}

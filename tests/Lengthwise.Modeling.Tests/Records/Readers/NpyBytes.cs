using System.Globalization;
using System.Text;

namespace Lengthwise.Modeling.Tests.Records.Readers;

/// <summary>Arrays of NumPy for tests.</summary>
internal static class NpyBytes
{
    public static byte[] Of(string type, string shape, byte[] data, bool isColumnMajor = false)
    {
        string header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '{type}', 'fortran_order': {(isColumnMajor ? "True" : "False")}, 'shape': ({shape}), }}");
        header = header.PadRight((header.Length + 10 + 63) / 64 * 64 - 11) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. data];
    }

    public static byte[] Floats(string shape, params float[] values) => Of("<f4", shape, [.. values.SelectMany(BitConverter.GetBytes)]);
}

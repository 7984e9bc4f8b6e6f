using System.Runtime.CompilerServices;

namespace Lengthwise.Tests.Reports;

/// <summary>Compares text a person sees with the approved file beside the tests; what differs is left beside it as <c>NAME.received.EXT</c>.</summary>
internal static class Approval
{
    public static void Check(string actual, string file, [CallerFilePath] string source = "")
    {
        string approved = Path.Combine(Path.GetDirectoryName(source)!, "Approved", file);
        string received = Path.ChangeExtension(approved, ".received" + Path.GetExtension(file));
        string expected = File.Exists(approved) ? File.ReadAllText(approved) : "";
        if (expected != actual) File.WriteAllText(received, actual);
        else File.Delete(received);

        Assert.True(expected == actual, $"{file} differs from its approved file: look at {received} and, if it is right, rename it over the approved one");
    }
}

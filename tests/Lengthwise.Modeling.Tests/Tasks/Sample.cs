namespace Lengthwise.Modeling.Tests.Tasks;

/// <summary>Files of <c>Tasks/Samples</c>; their README says where they come from.</summary>
internal static class Sample
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Tasks", "Samples", name);

    /// <summary>Lengths of 1,000 rows of Long Range Arena's generator.</summary>
    public static IEnumerable<double> Lengths() =>
        File.ReadAllText(Path("listops_lra_lengths_1000.txt")).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(double.Parse);
}

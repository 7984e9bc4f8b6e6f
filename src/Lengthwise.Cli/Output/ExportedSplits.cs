using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Cli.Output;

/// <summary>The splits that an export writes, with the names of their files.</summary>
internal static class ExportedSplits
{
    /// <summary>All splits; the unlabelled one only where there is one.</summary>
    public static IEnumerable<(string Name, SequenceSplit Split)> Of(PreparedTask data)
    {
        yield return ("train", data.Train);
        yield return ("validation", data.Validation);
        yield return ("test", data.Test);
        if (data.Unlabelled is { } unlabelled) yield return ("unlabelled", unlabelled);
    }
}

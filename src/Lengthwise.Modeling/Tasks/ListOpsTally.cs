namespace Lengthwise.Modeling.Tasks;

/// <summary>Counts the rows of a ListOps file into a <see cref="ListOpsCheck"/>.</summary>
internal sealed class ListOpsTally(bool verifyLabels)
{
    private const int MaxListed = 100;
    private readonly List<int> _lengths = [];
    private readonly int[] _labels = new int[10];
    private readonly long[] _symbols = new long[15];
    private readonly int[] _roots = new int[15];
    private readonly HashSet<UInt128> _seen = [];
    private readonly List<ListOpsMismatch> _mismatches = [];
    private readonly List<string> _problems = [];
    private int _maxDepth, _duplicates, _mismatchCount, _problemCount;

    public void Add(ListOpsRow row)
    {
        ListOpsExpression expression = row.Expression;
        _lengths.Add(expression.Length);
        _labels[row.Label]++;
        _roots[(int)expression.Symbols[0]]++;
        foreach (ListOpsSymbol symbol in expression.Symbols) _symbols[(int)symbol]++;
        _maxDepth = Math.Max(_maxDepth, expression.Depth);
        if (!_seen.Add(expression.Identity)) _duplicates++;
        if (!verifyLabels) return;

        int value = expression.Evaluate();
        if (value == row.Label) return;
        _mismatchCount++;
        if (_mismatches.Count < MaxListed) _mismatches.Add(new ListOpsMismatch(row.Line, row.Label, value));
    }

    public void AddProblem(string problem)
    {
        _problemCount++;
        if (_problems.Count < MaxListed) _problems.Add(problem);
    }

    public ListOpsCheck Finish(string path, ListOpsLayout layout) => new()
    {
        File = path,
        Layout = layout,
        Rows = _lengths.Count,
        Lengths = LengthSummary.Of(_lengths),
        Labels = _labels,
        Operators = PerOperator(_symbols),
        RootOperators = PerOperator(_roots),
        MaxDepth = _maxDepth,
        Duplicates = _duplicates,
        LabelsVerified = verifyLabels,
        MismatchCount = _mismatchCount,
        Mismatches = _mismatches,
        ProblemCount = _problemCount,
        Problems = _problems,
    };

    private static SortedDictionary<string, T> PerOperator<T>(T[] counts)
    {
        var named = new SortedDictionary<string, T>(StringComparer.Ordinal);
        for (ListOpsSymbol op = ListOpsSymbol.Min; op <= ListOpsSymbol.Sm; op++) named.Add(ListOpsExpression.SymbolTexts[(int)op], counts[(int)op]);
        return named;
    }
}

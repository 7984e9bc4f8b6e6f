using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Lengthwise.Modeling.Tasks;

/// <summary>
/// A ListOps expression: its symbols in reading order without parentheses, as a model sees them, such as <c>[MAX 4 3 ]</c>.
/// Always well formed.
/// </summary>
public sealed class ListOpsExpression
{
    private static readonly string[] Texts = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "[MIN", "[MAX", "[MED", "[SM", "]"];
    private readonly ListOpsSymbol[] _symbols;

    /// <summary>Takes symbols that the caller knows to be well formed.</summary>
    internal ListOpsExpression(ListOpsSymbol[] symbols) => _symbols = symbols;

    /// <summary>Text of every symbol, indexed by its number.</summary>
    public static IReadOnlyList<string> SymbolTexts => Texts;

    /// <summary>The symbols.</summary>
    public ReadOnlySpan<ListOpsSymbol> Symbols => _symbols;

    /// <summary>Number of symbols: LRA's length, in which parentheses do not count.</summary>
    public int Length => _symbols.Length;

    /// <summary>Largest depth of a node; the root has depth 1.</summary>
    public int Depth
    {
        get
        {
            int open = 0, deepest = 0;
            foreach (ListOpsSymbol symbol in _symbols)
            {
                if (symbol == ListOpsSymbol.Close) open--;
                else deepest = Math.Max(deepest, open + 1);
                if (IsOperator(symbol)) open++;
            }
            return deepest;
        }
    }

    /// <summary>Tells distinct expressions apart: half of a SHA-256 of the symbols.</summary>
    internal UInt128 Identity => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(MemoryMarshal.AsBytes(Symbols)));

    /// <summary>Whether a symbol opens a list of arguments.</summary>
    public static bool IsOperator(ListOpsSymbol symbol) => symbol is >= ListOpsSymbol.Min and <= ListOpsSymbol.Sm;

    /// <summary>The value, 0 to 9.</summary>
    public int Evaluate()
    {
        var operators = new Stack<(ListOpsSymbol Operator, int FirstArgument)>();
        var values = new List<byte>(64);
        foreach (ListOpsSymbol symbol in _symbols)
        {
            if (symbol <= ListOpsSymbol.Nine)
            {
                values.Add((byte)symbol);
            }
            else if (symbol != ListOpsSymbol.Close)
            {
                operators.Push((symbol, values.Count));
            }
            else
            {
                (ListOpsSymbol op, int first) = operators.Pop();
                byte value = Apply(op, CollectionsMarshal.AsSpan(values)[first..]);
                values.RemoveRange(first, values.Count - first);
                values.Add(value);
            }
        }
        return values[0];
    }

    /// <summary>LRA's text: every application of an operator to one more argument in parentheses, <c>( ( ( [MAX 4 ) 3 ) ] )</c>.</summary>
    public string ToText()
    {
        var text = new StringBuilder(4 * Length);
        foreach (ListOpsToken token in Tokens()) text.Append(token.Text).Append(' ');
        return text.ToString(0, text.Length - 1);
    }

    /// <summary>Without parentheses.</summary>
    public override string ToString() => string.Join(' ', _symbols.Select(symbol => Texts[(int)symbol]));

    /// <summary>Tokens of <see cref="ToText"/>.</summary>
    internal IEnumerable<ListOpsToken> Tokens()
    {
        int[] arguments = CountArguments();
        int open = 0;
        for (int i = 0; i < _symbols.Length; i++)
        {
            bool isOperator = IsOperator(_symbols[i]), isClose = _symbols[i] == ListOpsSymbol.Close;
            if (isOperator)
                for (int k = 0; k <= arguments[i]; k++) yield return ListOpsToken.Left;
            yield return new ListOpsToken(Texts[(int)_symbols[i]]);
            if (isClose)
            {
                yield return ListOpsToken.Right;
                open--;
            }
            if (isOperator) open++;
            else if (open > 0) yield return ListOpsToken.Right;
        }
    }

    private int[] CountArguments()
    {
        var counts = new int[_symbols.Length];
        var open = new Stack<int>();
        for (int i = 0; i < _symbols.Length; i++)
        {
            if (_symbols[i] == ListOpsSymbol.Close) open.Pop();
            else if (open.TryPeek(out int owner)) counts[owner]++;
            if (IsOperator(_symbols[i])) open.Push(i);
        }
        return counts;
    }

    private static byte Apply(ListOpsSymbol op, Span<byte> arguments)
    {
        int sum = 0, least = 9, most = 0;
        foreach (byte argument in arguments)
        {
            sum += argument;
            least = Math.Min(least, argument);
            most = Math.Max(most, argument);
        }
        return op switch
        {
            ListOpsSymbol.Min => (byte)least,
            ListOpsSymbol.Max => (byte)most,
            ListOpsSymbol.Med => Median(arguments),
            _ => (byte)(sum % 10),
        };
    }

    private static byte Median(Span<byte> arguments)
    {
        arguments.Sort();
        int half = arguments.Length / 2;
        return arguments.Length % 2 == 1 ? arguments[half] : (byte)((arguments[half - 1] + arguments[half]) / 2);
    }
}

/// <summary>A word of LRA's text form.</summary>
internal readonly record struct ListOpsToken(string Text)
{
    public static readonly ListOpsToken Left = new("("), Right = new(")");
}

using Lengthwise.Modeling.Models;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>The oracle of attention with a pattern: the L x L matrix written out, one sequence at a time, in double precision.</summary>
internal static class DenseAttention
{
    /// <summary>Whether query t of a head may see key s.</summary>
    public delegate bool Sees(int head, int t, int s);

    /// <summary>
    /// Runs a layer on sequences of those lengths side by side, and a formula on each of them alone; outputs, gradients of the
    /// input and gradients of all parameters have to agree. Hence padding and companions are without effect, too.
    /// </summary>
    public static void AssertEqual(SequenceLayer layer, int width, long[] lengths, Func<Tensor, Tensor> formula)
    {
        using var scope = NewDisposeScope();
        layer.to(ScalarType.Float64);
        long longest = lengths.Max();
        Tensor u = randn([lengths.Length, longest, width], ScalarType.Float64).requires_grad_(), weights = randn(u.shape, ScalarType.Float64);
        using Padding? padding = lengths.All(n => n == longest) ? null : new Padding(tensor(lengths), longest);

        Tensor[] found = Differentiate(layer, u, () => Rows(layer.forward(u, padding)));
        Tensor[] expected = Differentiate(layer, u, () => lengths.Select((n, row) => formula(u[row].narrow(0, 0, n))));

        for (int i = 0; i < found.Length; i++)
            Assert.True(allclose(expected[i], found[i], rtol: 1e-9, atol: 1e-11), $"array {i} of {found.Length}, lengths {string.Join(", ", lengths)}");

        IEnumerable<Tensor> Rows(Tensor y) => lengths.Select((n, row) => y[row].narrow(0, 0, n));

        Tensor[] Differentiate(SequenceLayer owner, Tensor input, Func<IEnumerable<Tensor>> rows)
        {
            owner.zero_grad();
            input.grad = null!;
            Tensor[] outputs = [.. rows()];
            Tensor loss = zeros([], ScalarType.Float64);
            for (int row = 0; row < outputs.Length; row++) loss += (outputs[row] * weights[row].narrow(0, 0, lengths[row])).sum();
            loss.backward();
            return [.. outputs.Select(y => y.detach()), input.grad!.clone(), .. owner.parameters().Select(p => p.grad?.clone() ?? zeros_like(p))];
        }
    }

    /// <summary>x W^T + b with the parameters of that name, [L, D] to [L, A].</summary>
    public static Tensor Project(SequenceLayer layer, string name, Tensor x)
    {
        Dictionary<string, TorchSharp.Modules.Parameter> p = layer.named_parameters().ToDictionary(n => n.name, n => n.parameter);
        return matmul(x, p[name + ".weight"].t()) + p[name + ".bias"];
    }

    /// <summary>The layer with one softmax over the keys that a query may see: u [L, D] to [L, D].</summary>
    public static Tensor Layer(SequenceLayer layer, Tensor u, int heads, Sees sees) =>
        Project(layer, "o", Mix(Project(layer, "q", u), Project(layer, "k", u), Project(layer, "v", u), heads, sees));

    /// <summary>softmax(q k^T / sqrt(d_k)) v over the keys in sight, [L, A] each, heads side by side.</summary>
    public static Tensor Mix(Tensor q, Tensor k, Tensor v, int heads, Sees sees)
    {
        long head = q.shape[1] / heads;
        return cat([.. Enumerable.Range(0, heads).Select(h =>
        {
            Tensor Part(Tensor x) => x.narrow(1, h * head, head);
            Tensor scores = matmul(Part(q), Part(k).t()) / Math.Sqrt(head);
            return matmul(scores.masked_fill(Hidden(h, (int)q.shape[0], (int)k.shape[0], sees), double.NegativeInfinity).softmax(-1), Part(v));
        })], 1);
    }

    private static Tensor Hidden(int head, int queries, int keys, Sees sees)
    {
        bool[,] hidden = new bool[queries, keys];
        for (int t = 0; t < queries; t++)
            for (int s = 0; s < keys; s++) hidden[t, s] = !sees(head, t, s);
        return tensor(hidden);
    }
}

using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class ReformerTests : ModelTestSuite<Reformer>
{
    protected override ModelSettings Small(bool bidirectional) => new Reformer.Settings
    {
        DModel = 8,
        NLayers = 2,
        NHeads = 2,
        ChunkSize = 9,
        NHashes = 2,
        NBuckets = 2,
        Bidirectional = bidirectional,
    };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Reformer.Settings)Small(true) with { ChunkSize = 1 }, (Reformer.Settings)Small(true) with { ChunkSize = 1 << 20, NHashes = 1 },
        (Reformer.Settings)Small(false) with { NHeads = 8, NHashes = 9, NBuckets = 1000 },
    ];

    [Theory]
    [InlineData(true, 4, 1, 4, 40)]
    [InlineData(true, 4, 1, 4, 41, 41)]
    [InlineData(true, 4, 3, 4, 41, 1, 4, 5, 17, 29)]
    [InlineData(false, 4, 3, 4, 41, 1, 4, 5, 17, 29)]
    [InlineData(true, 64, 2, 10, 37, 5)]
    [InlineData(false, 64, 1, 2, 37, 5)]
    [InlineData(true, 1, 1, 6, 19, 13)]
    [InlineData(false, 2, 2, 30, 23, 9)]
    public void Layer_equals_dense_attention_with_the_mask_of_its_chunks(bool bidirectional, int chunk, int hashes, int buckets, params int[] lengths)
    {
        random.manual_seed(1);
        using Reformer.SharedAttention layer = Layer(bidirectional, chunk, hashes, buckets);

        DenseAttention.AssertEqual(layer, 8, [.. lengths], u => Dense(layer, u, bidirectional, chunk, hashes, buckets));
    }

    [Fact]
    public void Replacing_the_future_changes_no_earlier_output_at_all()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using Reformer.SharedAttention layer = Layer(bidirectional: false, 3, 2, 4);
        Tensor u = randn(1, 60, 8), other = u.clone();
        other.narrow(1, 20, 40).copy_(randn(1, 40, 8) * 10);

        Tensor first = layer.forward(u, null), second = layer.forward(other, null);

        Assert.InRange((first - second).narrow(1, 0, 20).abs().max().item<float>(), 0, 1e-6f);
        Assert.True((first - second).narrow(1, 20, 40).abs().max().item<float>() > 0.1f);
    }

    [Fact]
    public void A_single_step_sees_itself()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using Reformer.SharedAttention layer = Layer(bidirectional: true, 3, 2, 4);
        Tensor u = randn(1, 1, 8);

        Tensor expected = DenseAttention.Project(layer, "o", DenseAttention.Project(layer, "v", u));

        Assert.True(allclose(expected, layer.forward(u, null), rtol: 1e-5, atol: 1e-6));
    }

    [Fact]
    public void Rotations_are_stored_and_differ_between_layers()
    {
        using SequenceModel model = Create(new ModelInput.Tokens(5), new ModelOutput.Pooled(2), Small(true));

        Tensor[] rotations = [.. model.State.Where(s => s.Name.EndsWith(".rotations", StringComparison.Ordinal)).Select(s => s.Tensor)];

        Assert.Equal(["layers.0.0.layer.rotations", "layers.1.0.layer.rotations"], model.State.Where(s => rotations.Contains(s.Tensor)).Select(s => s.Name));
        Assert.Equal([2, 4, 2], rotations[0].shape);
        Assert.False(rotations[0].allclose(rotations[1]));
    }

    [Fact]
    public void An_odd_number_of_buckets_is_refused()
    {
        var settings = (Reformer.Settings)Small(true) with { NBuckets = 5 };

        Assert.Contains("'n_buckets' is 5", Assert.Single(settings.Validate()), StringComparison.Ordinal);
    }

    private static Reformer.SharedAttention Layer(bool bidirectional, int chunk, int hashes, int buckets)
    {
        var settings = new Reformer.Settings { DModel = 8, NHeads = 2, ChunkSize = chunk, NHashes = hashes, NBuckets = buckets, Bidirectional = bidirectional };
        return (Reformer.SharedAttention)new Reformer().CreateLayers(settings, 0, 64)[0];
    }

    /// <summary>One sequence [L, D]: for every head and round an L x L matrix of scores.</summary>
    private static Tensor Dense(Reformer.SharedAttention layer, Tensor u, bool bidirectional, int chunk, int hashes, int buckets)
    {
        Tensor qk = DenseAttention.Project(layer, "qk", u), v = DenseAttention.Project(layer, "v", u);
        Tensor rotations = layer.named_buffers().Single(b => b.name == "rotations").buffer;
        List<Tensor> heads = [];
        for (int h = 0; h < 2; h++)
        {
            Tensor q = qk.narrow(1, 4 * h, 4), values = v.narrow(1, 4 * h, 4), keys = q / (q.square().mean([1], true) + 1e-6).sqrt();
            List<Tensor> sums = [], results = [];
            for (int r = 0; r < hashes; r++)
            {
                Tensor turned = matmul(q.detach(), rotations[h].narrow(1, r * buckets / 2, buckets / 2));
                long[] hash = cat([turned, -turned], 1).argmax(1).data<long>().ToArray();
                Tensor scores = matmul(q, keys.t()) / 2;
                Tensor isOwn = eye(q.shape[0], dtype: ScalarType.Bool);
                scores = scores.masked_fill(isOwn, -1e5).masked_fill(tensor(Hidden(hash, bidirectional, chunk)), double.NegativeInfinity);
                sums.Add(scores.logsumexp(1));
                results.Add(matmul(scores.softmax(1), values));
            }
            Tensor shares = stack(sums).softmax(0).unsqueeze(2);
            heads.Add((stack(results) * shares).sum([0]));
        }
        return DenseAttention.Project(layer, "o", cat(heads, 1));
    }

    private static bool[,] Hidden(long[] hash, bool bidirectional, int chunk)
    {
        int length = hash.Length;
        int[] order = [.. Enumerable.Range(0, length).OrderBy(t => hash[t]).ThenBy(t => t)];
        bool[,] hidden = new bool[length, length];
        for (int t = 0; t < length; t++)
            for (int s = 0; s < length; s++)
            {
                int Chunk(int step) => (bidirectional
                    ? Array.IndexOf(order, step)
                    : Enumerable.Range(0, step).Count(i => hash[i] == hash[step])) / Math.Min(chunk, length);
                bool isNear = Chunk(s) == Chunk(t) || Chunk(s) == Chunk(t) - 1;
                hidden[t, s] = !isNear || (!bidirectional && (s > t || hash[s] != hash[t]));
            }
        return hidden;
    }
}

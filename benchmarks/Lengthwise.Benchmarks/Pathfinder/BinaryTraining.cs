using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace Lengthwise.Benchmarks.Pathfinder;

/// <summary>
/// Trains a network of one logit on images: AdamW, the learning rate up and down once, until the epochs or the time are over or
/// the training accuracy is reached.
/// </summary>
/// <param name="Epochs">Passes over the images.</param>
/// <param name="LearningRate">Highest.</param>
/// <param name="Turns">Whether images are turned and mirrored at random, which keeps the label of a Pathfinder image.</param>
/// <param name="Limit">No step starts after this.</param>
internal sealed record BinaryTraining(int Epochs, double LearningRate, bool Turns, TimeSpan Limit)
{
    private const int BatchSize = 100;

    /// <summary>Share of the training in which the rate rises.</summary>
    public double WarmUpShare { get; init; } = 0.2;

    /// <summary>Whether the rate comes down again.</summary>
    public bool ComesDown { get; init; } = true;

    /// <summary>An epoch of this training accuracy is the last one.</summary>
    public double EnoughAccuracy { get; init; } = 1.1;

    /// <summary>Trains in place.</summary>
    /// <returns>Epochs that were finished, and the time they took.</returns>
    public (double Epochs, TimeSpan Elapsed) Run(nn.Module<Tensor, Tensor> network, LabelledImages images, long seed, TextWriter? log)
    {
        var watch = Stopwatch.StartNew();
        int perEpoch = Math.Max(1, images.Count / BatchSize), total = Epochs * perEpoch, step = 0;
        using optim.Optimizer optimizer = optim.AdamW(network.parameters(), lr: LearningRate, weight_decay: 1e-3);
        network.train();
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            int[] order = [.. Enumerable.Range(0, images.Count)];
            var random = new RandomStream(seed, "pathfinder/study/order", epoch);
            random.Shuffle<int>(order);
            double loss = 0, right = 0;
            for (int batch = 0; batch < perEpoch; batch++, step++)
            {
                if (watch.Elapsed > Limit) return ((double)step / perEpoch, watch.Elapsed);
                using var scope = NewDisposeScope();
                // By whichever ends first, so that the rate comes down in any case.
                double done = Math.Max((double)step / total, watch.Elapsed / Limit);
                double fall = ComesDown ? (done - WarmUpShare) / (1 - WarmUpShare) : 0;
                double rate = LearningRate * (done < WarmUpShare ? done / WarmUpShare : 0.5 * (1 + Math.Cos(Math.PI * fall)));
                foreach (optim.ILearningRateController group in optimizer.ParamGroups) group.LearningRate = rate;

                int[] rows = order[(batch * BatchSize)..Math.Min(images.Count, (batch + 1) * BatchSize)];
                Tensor x = Images(images, rows), y = tensor([.. rows.Select(i => (float)images.Labels[i])]);
                if (Turns) x = Turned(x, random.Next(8));
                Tensor logits = network.forward(x);
                Tensor error = nn.functional.binary_cross_entropy_with_logits(logits, y);
                optimizer.zero_grad();
                error.backward();
                optimizer.step();
                loss += error.item<float>();
                right += logits.gt(0).eq(y.gt(0.5)).to(ScalarType.Float32).mean().item<float>();
            }
            log?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch + 1} of {Epochs}: loss {loss / perEpoch:F4}, training accuracy {right / perEpoch:P1}, {watch.Elapsed.TotalMinutes:F1} min"));
            log?.Flush();
            if (right / perEpoch >= EnoughAccuracy) return (epoch + 1, watch.Elapsed);
        }
        return (Epochs, watch.Elapsed);
    }

    /// <summary>Logits of all images.</summary>
    public static float[] Logits(nn.Module<Tensor, Tensor> network, LabelledImages images)
    {
        network.eval();
        using var noGradient = no_grad();
        var logits = new List<float>(images.Count);
        for (int start = 0; start < images.Count; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            logits.AddRange(network.forward(Images(images, [.. Enumerable.Range(start, Math.Min(BatchSize, images.Count - start))])).data<float>());
        }
        return [.. logits];
    }

    /// <summary>Share of images whose logit has the sign of the label.</summary>
    public static double Accuracy(nn.Module<Tensor, Tensor> network, LabelledImages images) =>
        Logits(network, images).Zip(images.Labels).Average(p => p.First > 0 == (p.Second == 1) ? 1.0 : 0.0);

    /// <summary>[B, 1, R, R], -1 to 1.</summary>
    private static Tensor Images(LabelledImages images, int[] rows)
    {
        int side = images.Resolution, size = side * side;
        var values = new float[rows.Length * size];
        for (int i = 0; i < rows.Length; i++)
        {
            byte[] pixels = images.Pixels[rows[i]];
            for (int p = 0; p < size; p++) values[i * size + p] = pixels[p] / 127.5f - 1;
        }
        return tensor(values, [rows.Length, 1, side, side]);
    }

    private static Tensor Turned(Tensor x, int turn)
    {
        if ((turn & 1) != 0) x = x.flip(2);
        if ((turn & 2) != 0) x = x.flip(3);
        return (turn & 4) != 0 ? x.transpose(2, 3).contiguous() : x;
    }
}

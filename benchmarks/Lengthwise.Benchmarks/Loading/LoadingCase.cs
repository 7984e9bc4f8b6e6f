using System.Globalization;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Benchmarks.Loading;

/// <summary>A packed split of one kind of elements, filled with noise.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Input">What a model reads.</param>
/// <param name="Kind">How elements are stored.</param>
/// <param name="Rows">Rows.</param>
/// <param name="MinLength">Shortest row.</param>
/// <param name="MaxLength">Longest row.</param>
/// <param name="BatchSize">Rows in a batch.</param>
internal sealed record LoadingCase(string Name, InputSpec Input, ElementKind Kind, int Rows, int MinLength, int MaxLength, int BatchSize)
{
    private static readonly TokenInput Bytes = new(["<mask>", "<pad>", "<unk>", "<eos>", .. Enumerable.Range(0, 256).Select(b => b.ToString(CultureInfo.InvariantCulture))]);

    /// <summary>The cases.</summary>
    public static IReadOnlyList<LoadingCase> All(bool smoke) => smoke
        ? [new("tokens", Bytes, ElementKind.Token, 20, 5, 20, 4), new("grey bytes", new RealInput(1), ElementKind.ByteReal, 20, 16, 16, 4)]
        :
        [
            new("text: tokens, 200 to 4,096 steps", Bytes, ElementKind.Token, 4000, 200, 4096, 16),
            new("Image: grey bytes, 1,024 steps", new RealInput(1), ElementKind.ByteReal, 10_000, 1024, 1024, 50),
            new("Path-X: grey bytes, 16,384 steps", new RealInput(1), ElementKind.ByteReal, 2000, 16_384, 16_384, 8),
            new("audio: real values, 16,000 steps", new RealInput(1), ElementKind.Real, 1000, 16_000, 16_000, 8),
        ];

    /// <summary>Writes the split.</summary>
    public void Write(string path)
    {
        var random = new RandomStream(1, Name);
        using var writer = new PackedSplitWriter(path, new SplitShape(Kind) { Classes = 10 });
        if (Kind == ElementKind.ByteReal) writer.SetScaling([new ByteScaling(-2, 1 / 64f)]);
        for (int row = 0; row < Rows; row++)
        {
            int length = MinLength + (MaxLength > MinLength ? random.Next(MaxLength - MinLength + 1) : 0), label = random.Next(10);
            switch (Kind)
            {
                case ElementKind.Token: writer.Add([.. Enumerable.Range(0, length).Select(_ => (ushort)(4 + random.Next(256)))], label); break;
                case ElementKind.Real: writer.Add([.. Enumerable.Range(0, length).Select(_ => (float)random.NextDouble())], label); break;
                default: writer.Add([.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(256))], label); break;
            }
        }
        writer.Finish();
    }
}

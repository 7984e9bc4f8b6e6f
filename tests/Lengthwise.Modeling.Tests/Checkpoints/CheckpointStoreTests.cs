using System.Text.Json.Nodes;
using Lengthwise.Modeling.Checkpoints;

namespace Lengthwise.Modeling.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-test-");
    private readonly List<string> _damaged = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_newest_is_loaded_and_only_two_are_kept()
    {
        CheckpointStore store = StoreWith(1, 2, 3);

        Checkpoint? loaded = Load(store);

        Assert.Equal(3, loaded?.Sequence);
        Assert.Equal(3, loaded?.State.GetProperty("n").GetInt64());
        Assert.Equal(4, _folder.GetFiles().Length);
        Assert.Empty(_damaged);
    }

    [Theory]
    [InlineData(".safetensors", 0)]
    [InlineData(".safetensors", 40)]
    [InlineData(".json", 0)]
    [InlineData(".json", 20)]
    public void A_truncated_checkpoint_is_named_and_the_one_before_it_is_used(string suffix, int length)
    {
        CheckpointStore store = StoreWith(1, 2);
        using (FileStream file = File.OpenWrite(PathOf(2, suffix))) file.SetLength(length);

        Checkpoint? loaded = Load(store);

        Assert.Equal(1, loaded?.Sequence);
        Assert.Contains("0000000002.json", Assert.Single(_damaged), StringComparison.Ordinal);
    }

    [Fact]
    public void A_flipped_bit_in_the_weights_is_noticed()
    {
        CheckpointStore store = StoreWith(1, 2);
        byte[] bytes = File.ReadAllBytes(PathOf(2, ".safetensors"));
        bytes[^1] ^= 1;
        File.WriteAllBytes(PathOf(2, ".safetensors"), bytes);

        Checkpoint? loaded = Load(store);

        Assert.Equal(1, loaded?.Sequence);
        Assert.Contains("hash", Assert.Single(_damaged), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_without_their_json_do_not_exist_and_are_swept_away()
    {
        CheckpointStore store = StoreWith(1, 2);
        File.Delete(PathOf(2, ".json"));
        File.WriteAllText(Path.Combine(_folder.FullName, "0000000003.safetensors.77.partial"), "half");

        store.Sweep();

        Assert.Equal(1, Load(store)?.Sequence);
        Assert.Equal(2, _folder.GetFiles().Length);
    }

    [Fact]
    public void With_every_checkpoint_damaged_there_is_none()
    {
        CheckpointStore store = StoreWith(1, 2);
        File.WriteAllText(PathOf(1, ".json"), "{");
        File.WriteAllText(PathOf(2, ".json"), "[]");

        Assert.Null(Load(store));
        Assert.Equal(2, _damaged.Count);
    }

    private CheckpointStore StoreWith(params long[] sequences)
    {
        var store = new CheckpointStore(_folder.FullName);
        foreach (long n in sequences)
        {
            var tensors = new SafetensorsFile();
            tensors.Tensors["w"] = new SafetensorsEntry(SafetensorsType.U8, [4], new byte[] { 1, 2, 3, (byte)n });
            store.Save(n, tensors, new JsonObject { ["n"] = n });
        }
        return store;
    }

    private Checkpoint? Load(CheckpointStore store) => store.Load(_damaged.Add, _ => null);

    private string PathOf(long sequence, string suffix) => Path.Combine(_folder.FullName, $"{sequence:D10}{suffix}");
}

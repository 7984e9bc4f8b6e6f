using Lengthwise.Experiments;

namespace Lengthwise.Tests.Experiments;

public sealed class MachineProbeTests
{
    [Fact]
    public void The_machine_is_described_in_full()
    {
        MachineInfo machine = MachineProbe.Collect("2.10.0");

        Assert.NotEmpty(machine.Cpu);
        Assert.NotEmpty(machine.System);
        Assert.Equal(Environment.ProcessorCount, machine.Cores);
        Assert.Equal("2.10.0", machine.LibTorch);
        Assert.StartsWith("10.", machine.DotNet, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+$", machine.Lengthwise);
    }

    [Fact]
    public void Peak_memory_follows_what_was_used()
    {
        long before = MachineProbe.PeakMemoryBytes();

        byte[] touched = new byte[64 << 20];
        for (int i = 0; i < touched.Length; i += 4096) touched[i] = 1;

        Assert.InRange(MachineProbe.PeakMemoryBytes(), Math.Max(before, 64 << 20), long.MaxValue);
    }
}

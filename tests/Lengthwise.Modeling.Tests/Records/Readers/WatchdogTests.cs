using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class WatchdogTests
{
    [Fact]
    public void Work_that_does_not_end_is_given_up()
    {
        using var never = new ManualResetEventSlim();

        TimeoutException error = Assert.Throws<TimeoutException>(() => Watchdog.Run(() => never.Wait(TimeSpan.FromSeconds(30)), TimeSpan.FromMilliseconds(50)));
        never.Set();

        Assert.Contains("does not end", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_and_exceptions_come_through()
    {
        Assert.Equal(3, Watchdog.Run(() => 3, TimeSpan.FromSeconds(30)));
        Assert.Throws<InvalidDataException>(() => Watchdog.Run<int>(() => throw new InvalidDataException(), TimeSpan.FromSeconds(30)));
    }
}

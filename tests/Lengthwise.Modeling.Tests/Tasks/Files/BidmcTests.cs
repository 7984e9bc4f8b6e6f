using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tasks.Files;

namespace Lengthwise.Modeling.Tests.Tasks.Files;

public sealed class BidmcTests : IDisposable
{
    private readonly FileTaskBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Windows_take_their_columns_by_name_and_their_target_from_their_own_seconds()
    {
        // Record n has heart rate 60 + n + second: a window of seconds 2 to 4 has the mean at second 3.
        for (int n = 1; n <= 10; n++) WriteRecord(n, seconds: 8);

        using PreparedTask data = _bench.Prepare("bidmc", new BidmcSettings { Length = 375, Stride = 250 });
        var output = (RegressionOutput)data.Shape.Output;
        double[] targets = [.. FileTaskBench.Rows(data).Select(r => Math.Round(output.Offsets[0] + output.Scales[0] * (double)r.Split.Targets(r.Row)[0], 3)).Order()];

        Assert.Equal(new RealInput(2), data.Shape.Input);
        Assert.Equal(["HR"], output.Names);
        Assert.Equal([.. Enumerable.Range(1, 10).SelectMany(n => (double[])[61 + n, 63 + n, 65 + n]).Order()], targets);
    }

    [Fact]
    public void Clean_keeps_patients_apart_and_published_does_not()
    {
        for (int n = 1; n <= 10; n++) WriteRecord(n, seconds: 20);
        var settings = new BidmcSettings { Length = 250, Stride = 125 };

        using PreparedTask clean = _bench.Prepare("bidmc", settings), published = _bench.Prepare("bidmc", settings with { Split = SplitRule.Published });

        Assert.Equal(0, clean.Summary!.GroupsAcrossSplits);
        Assert.InRange(published.Summary!.GroupsAcrossSplits, 5, 10);
        Assert.Contains(published.Notes, n => n.StartsWith("leak: windows are shuffled", StringComparison.Ordinal));
        Assert.Equal(190, clean.Train.Count + clean.Validation.Count + clean.Test.Count);
        Assert.InRange(clean.Train.Count, 114, 152);
    }

    [Fact]
    public void The_integer_copy_gives_the_windows_of_its_records_in_their_order()
    {
        const int samples = 60_001;
        var array = new byte[2 * 3 * samples * 10];
        for (int record = 0; record < 10; record++)
            for (int channel = 0; channel < 3; channel++)
                for (int t = 0; t < samples; t++)
                    BinaryPrimitives.WriteInt16LittleEndian(array.AsSpan(2 * ((record * 3 + channel) * samples + t)), (short)(1000 * record + 100 * channel + t % 2));
        _bench.Write("bidmc50_signals.i16le", array);
        var table = new StringBuilder("record,age,gender,time_s,HR,PULSE,RESP,SpO2\n");
        foreach (int record in Enumerable.Range(4, 10))
            for (int s = 0; s <= 480; s++) table.Append(CultureInfo.InvariantCulture, $"{record},60,M,{s},80,80,{(s < 200 ? "" : record)},97\n");
        _bench.Write("bidmc50_numerics.csv", table.ToString());

        using PreparedTask data = _bench.Prepare("bidmc", new BidmcSettings { Target = VitalSign.Rr, Length = 12_500, Stride = 12_500 });
        var output = (RegressionOutput)data.Shape.Output;

        // Four windows a record; two have no breathing rate at all and are left to pretraining, where their patient is one of training.
        Assert.Equal(20, data.Train.Count + data.Validation.Count + data.Test.Count);
        Assert.Equal(data.Train.Count, data.Unlabelled!.Count);
        Assert.Equal([.. Enumerable.Range(4, 10).Select(r => (double)r)], FileTaskBench.Rows(data).Select(r => Math.Round(output.Offsets[0] + output.Scales[0] * (double)r.Split.Targets(r.Row)[0], 4)).Distinct().Order());
        // PLETH (channel 1) comes first and II (channel 0) second, 100 / 8000 apart.
        float[] step = data.Train.Values(0)[..2].ToArray();
        Assert.Equal(100 / 8000.0, step[0] * data.Encoding!.Deviations[0] + data.Encoding.Means[0] - step[1] * data.Encoding.Deviations[1] - data.Encoding.Means[1], 1e-5);
    }

    [Fact]
    public void A_missing_column_or_a_cut_array_is_named()
    {
        WriteRecord(1, 8);
        _bench.Write("bidmc_csv/bidmc_01_Signals.csv", "Time [s], RESP, V\n0,1,2\n");
        LengthwiseException column = _bench.Refused("bidmc", new BidmcSettings());
        Directory.Delete(_bench.Root, recursive: true);
        _bench.Write("bidmc50_signals.i16le", new byte[1000]);
        _bench.Write("bidmc50_numerics.csv", "record,age,gender,time_s,HR,PULSE,RESP,SpO2\n1,60,M,0,80,80,20,97\n");

        LengthwiseException cut = _bench.Refused("bidmc", new BidmcSettings());

        Assert.Contains("expected 'PLETH'", column.Message, StringComparison.Ordinal);
        Assert.Contains("found 1000 bytes", cut.Message, StringComparison.Ordinal);
    }

    private void WriteRecord(int n, int seconds)
    {
        // The order of the columns differs from record to record, with blanks in the headers.
        bool isOdd = n % 2 == 1;
        var signals = new StringBuilder(isOdd ? "Time [s], RESP, PLETH, V, AVR, II\n" : "Time [s], II, ABP, PLETH, RESP\n");
        for (int t = 0; t < 125 * seconds; t++)
            signals.Append(FormattableString.Invariant(isOdd ? (FormattableString)$"{t / 125.0},0.1,{0.5 + t % 3},0.3,0.4,{n}\n" : $"{t / 125.0},{n},80,{0.5 + t % 3},0.1\n"));
        var numerics = new StringBuilder("Time [s], HR, PULSE, RESP, SpO2\n");
        for (int s = 0; s <= seconds; s++) numerics.Append(CultureInfo.InvariantCulture, $"{(s == 0 ? "-0" : s)},{60 + n + s},NaN,20,99\n");
        _bench.Write(FormattableString.Invariant($"bidmc_csv/bidmc_{n:00}_Signals.csv"), signals.ToString());
        _bench.Write(FormattableString.Invariant($"bidmc_csv/bidmc_{n:00}_Numerics.csv"), numerics.ToString());
    }
}

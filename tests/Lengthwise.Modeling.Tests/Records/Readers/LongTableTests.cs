using System.Text;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class LongTableTests : IDisposable
{
    private const string Table = "id,time,label,hr,rr\np1,0,a,1,10\np1,1,a,2,20\np2,0,b,3,30\np2,5,,4,40\np2,6,b,5,50\n";

    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Rows_of_one_id_are_a_sequence_of_all_channels()
    {
        IReadOnlyList<SequenceRecord> records = _files.Read("x.csv", Table);

        Assert.Equal(["p1", "p2"], records.Select(r => r.Id));
        Assert.Equal(["a", "b"], records.Select(r => r.Label));
        Assert.Equal([1f, 10f, 2f, 20f], records[0].Reals());
        Assert.Equal(2, records[1].Channels());
        Assert.Equal(6, records[1].Reals().Length);
    }

    [Fact]
    public void Pieces_of_any_size_give_the_same_sequences()
    {
        var table = new StringBuilder("id,time,v\n");
        for (int id = 0; id < 40; id++)
            for (int t = 0; t <= id % 7; t++) table.Append(FormattableString.Invariant($"s{id},{t},{id + t / 10.0}\n"));
        string path = _files.Write("x.csv", table.ToString());

        IReadOnlyList<SequenceRecord> whole = _files.Read(new ReadSettings { Path = path });

        Assert.Equal(40, whole.Count);
        foreach (long piece in new long[] { 1, 7, 50, 333 })
        {
            IReadOnlyList<SequenceRecord> pieces = _files.Read(new ReadSettings { Path = path }, piece);
            Assert.Equal(whole.Select(r => (r.Id, r.Where)), pieces.Select(r => (r.Id, r.Where)));
            Assert.Equal(whole.SelectMany(r => r.Reals()), pieces.SelectMany(r => r.Reals()));
        }
    }

    [Fact]
    public void Times_that_fall_are_told()
    {
        string error = _files.Error("x.csv", "id,time,v\na,0,1\na,2,1\na,1,1\n");

        Assert.Contains("x.csv(4,2): time '1' is before that of the row above", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_times_are_those_that_a_recorder_rounded()
    {
        SequenceRecord record = Assert.Single(_files.Read("x.csv", "id,time,v\na,100.01,1\na,100.02,2\na,100.02,3\n"));

        Assert.Equal([1f, 2f, 3f], record.Reals());
    }

    [Fact]
    public void Dates_are_times()
    {
        SequenceRecord record = Assert.Single(_files.Read("x.csv", "id,time,v\na,2024-01-31T23:00:00Z,1\na,2024-02-01T00:30:00+01:00,2\n"));

        Assert.Equal([1f, 2f], record.Reals());
    }

    [Fact]
    public void An_id_that_comes_back_is_told()
    {
        string error = _files.Error("x.csv", "id,time,v\na,0,1\nb,0,1\na,1,1\n");

        Assert.Contains("the id 'a' stands for the second time", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_changes_within_an_id_is_told()
    {
        string error = _files.Error("x.csv", "id,time,label,v\na,0,x,1\na,1,y,1\n");

        Assert.Contains("x.csv(3,3): found label 'y' after 'x'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void One_bad_step_leaves_out_its_sequence_and_no_other()
    {
        IReadOnlyList<SequenceRecord> records = _files.Read(
            "x.csv", "id,time,v\na,0,1\nb,0,1\nb,1,inf\nb,2,3\nc,0,1\n", new ReadSettings { OnBadRow = BadRowRule.Skip });

        Assert.Equal(["a", "c"], records.Select(r => r.Id));
        Assert.Equal(1, _files.Problems.Count);
        Assert.Contains("x.csv(4,3)", _files.Problems.First[0], StringComparison.Ordinal);
    }

    [Fact]
    public void One_long_recording_needs_to_be_called_so()
    {
        const string Table = "Time [s], RESP, II\n0, 1, 10\n0.008, 2, 20\n";

        string error = _files.Error("r.csv", Table);
        SequenceRecord record = Assert.Single(_files.Read("r.csv", Table, new ReadSettings { Layout = TableLayout.Long, ValueColumns = ["II"] }));

        Assert.Contains("layout = \"long\"", error, StringComparison.Ordinal);
        Assert.Equal([10f, 20f], record.Reals());
    }

    [Fact]
    public void Windows_stay_in_the_group_of_their_recording()
    {
        IReadOnlyList<SequenceRecord> windows = _files.Read("x.csv", Table, new ReadSettings { WindowLength = 2, WindowStride = 1 });

        Assert.Equal(["p1", "p2@0", "p2@1"], windows.Select(w => w.Id));
        Assert.Equal(["p1", "p2", "p2"], windows.Select(w => w.Group));
        Assert.Equal(["a", "b", "b"], windows.Select(w => w.Label));
        Assert.Equal([4f, 40f, 5f, 50f], windows[2].Reals());
    }
}

using System.Text;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tests.Data;

namespace Lengthwise.Modeling.Tests.Records.Encodings;

public sealed class SequenceEncoderTests
{
    [Fact]
    public void Characters_are_numbered_by_frequency_and_rare_ones_are_unknown()
    {
        FittedEncoding encoding = Fit(new EncodingPlan { Kind = EncodingKind.Characters, AppendsEos = true, MinCount = 2 }, Text("aaäbäb€"));

        EncodedSequence encoded = new SequenceEncoder(encoding).Encode(Text("bä€a"), "here");

        Assert.Equal(["a", "b", "ä"], encoding.Symbols);
        Assert.Equal([5, 6, FittedEncoding.UnknownId, 4, FittedEncoding.EosId], encoded.Tokens.ToArray());
        Assert.Equal((5, 1), (encoded.Steps, encoded.UnknownSymbols));
    }

    [Fact]
    public void Bytes_that_are_no_text_become_one_unknown_character_each()
    {
        FittedEncoding encoding = Fit(new EncodingPlan { Kind = EncodingKind.Characters }, Text("ab"));

        EncodedSequence encoded = new SequenceEncoder(encoding).Encode(new SequenceContent.Text(new byte[] { 0x61, 0xff, 0xfe, 0x62 }), "here");

        Assert.Equal([4, FittedEncoding.UnknownId, FittedEncoding.UnknownId, 5], encoded.Tokens.ToArray());
    }

    [Fact]
    public void The_end_symbol_fits_within_the_limit()
    {
        FittedEncoding encoding = Fit(new EncodingPlan { Kind = EncodingKind.Bytes, AppendsEos = true, MaxLength = 4 }, Text("abcdefgh"));

        EncodedSequence encoded = new SequenceEncoder(encoding).Encode(Text("abcdefgh"), "here");

        Assert.Equal([4 + 'a', 4 + 'b', 4 + 'c', FittedEncoding.EosId], encoded.Tokens.ToArray());
        Assert.Equal(5, encoded.StepsCut);
    }

    [Fact]
    public void Missing_values_take_the_mean_or_the_value_before()
    {
        float[] values = [float.NaN, 2, float.NaN, 4];
        EncodingPlan plan = new() { Kind = EncodingKind.Reals };
        EncodingPlan previous = plan with { Missing = MissingValues.Previous };

        float[] filledByMean = new SequenceEncoder(Fit(plan, Reals(values))).Encode(Reals(values), "here").Values.ToArray();
        float[] filledByPrevious = new SequenceEncoder(Fit(previous, Reals(values))).Encode(Reals(values), "here").Values.ToArray();

        Assert.Equal([0, -1, 0, 1], filledByMean);
        Assert.Equal([0, -1, -1, 1], filledByPrevious);
    }

    [Fact]
    public void Each_channel_of_each_sequence_can_be_scaled_by_itself()
    {
        EncodingPlan plan = new() { Kind = EncodingKind.Reals, Normalisation = Normalisation.Sequence };
        var encoder = new SequenceEncoder(Fit(plan, Reals([1, 100, 3, 100], channels: 2)));

        float[] encoded = encoder.Encode(Reals([10, 7, 30, 9], channels: 2), "here").Values.ToArray();

        Assert.Equal([-1, -1, 1, 1], encoded);
    }

    [Theory]
    [InlineData(1, "file.csv, row 3: found 1 real channels, expected what the data was trained on: text")]
    [InlineData(2, "file.csv, row 3: found 2 real channels, expected what the data was trained on: text")]
    public void Content_of_another_kind_is_refused(int channels, string message)
    {
        var encoder = new SequenceEncoder(Fit(new EncodingPlan { Kind = EncodingKind.Bytes }, Text("a")));

        var error = Assert.Throws<LengthwiseException>(() => encoder.Encode(Reals([1, 2], channels), "file.csv, row 3").Steps.ToString(System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void An_encoding_survives_its_file()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Directory.FullName, "encoding.json");
        FittedEncoding encoding = Fit(new EncodingPlan { Kind = EncodingKind.Symbols, AppendsEos = true }, new SequenceContent.Symbols(["[MAX", "\"", "ü", "7"]))
            with
        { Classes = ["no", "yes"], Targets = [new TargetScale("HR", 90, 45.5f)] };

        encoding.Write(path);
        FittedEncoding read = FittedEncoding.Read(path);

        Assert.Equal(encoding.Symbols, read.Symbols);
        Assert.Equal(encoding.Classes, read.Classes);
        Assert.Equal((encoding.Plan.Kind, encoding.MaxLength, encoding.Targets[0]), (read.Plan.Kind, read.MaxLength, read.Targets[0]));
    }

    [Theory]
    [InlineData("{", "reading the encoding")]
    [InlineData("null", "the file holds 'null'")]
    [InlineData("{\"schema\": 99, \"plan\": {\"kind\": \"bytes\"}, \"max_length\": 5}", "schema 99 is newer")]
    [InlineData("{\"plan\": {\"kind\": \"bytes\"}, \"max_length\": 0}", "'max_length' is 0")]
    [InlineData("{\"plan\": {\"kind\": \"reals\"}, \"max_length\": 5}", "no 'means'")]
    [InlineData("{\"plan\": {\"kind\": \"symbols\"}, \"max_length\": 5, \"symbols\": [\"a\", \"a\"]}", "a symbol occurs twice")]
    public void A_damaged_encoding_is_refused(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Directory.FullName, "encoding.json");
        File.WriteAllText(path, text);

        var error = Assert.Throws<LengthwiseException>(() => FittedEncoding.Read(path));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static FittedEncoding Fit(EncodingPlan plan, SequenceContent content)
    {
        var fit = new EncodingFit(plan);
        fit.Add(content, "here");
        return fit.Finish(8);
    }

    private static SequenceContent.Text Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private static SequenceContent.Reals Reals(float[] values, int channels = 1) => new(values, channels);
}

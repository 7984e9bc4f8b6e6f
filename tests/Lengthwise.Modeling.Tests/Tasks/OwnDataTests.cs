using System.Globalization;
using System.Text;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Records.Readers;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tests.Data;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class OwnDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_wide_table_becomes_classified_sequences()
    {
        string path = Write("rows.csv", "id,label,v0,v1,v2", Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"r{i},{(i % 2 == 0 ? "up" : "down")},{i},{2 * i},{3 * i}")));

        using PreparedTask data = Prepare(new OwnDataSettings { Path = path, Normalisation = Normalisation.None });

        Assert.Equal(["down", "up"], Assert.IsType<ClassOutput>(data.Shape.Output).Classes);
        Assert.Equal((new RealInput(1), 3), (data.Shape.Input, data.Shape.MaxLength));
        Assert.Equal((28, 4, 8), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.All(Enumerable.Range(0, 28), row => Assert.Equal(data.Train.Values(row)[0] * 3, data.Train.Values(row)[2]));
        Assert.All(Enumerable.Range(0, 28), row => Assert.Equal(data.Train.Values(row)[0] % 2 == 0 ? 1 : 0, data.Train.Label(row)));
    }

    [Fact]
    public void Rows_without_a_label_are_pretrained_on()
    {
        string path = Write("rows.csv", "label,v0,v1", Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{(i < 40 ? "" : i % 2 == 0 ? "a" : "b")},{i},1")));

        using PreparedTask data = Prepare(new OwnDataSettings { Path = path });

        Assert.Equal((14, 40), (data.Train.Count, data.Unlabelled!.Count));
    }

    [Fact]
    public void A_table_of_texts_is_read_as_characters_or_bytes()
    {
        string path = Write("texts.csv", "text,label", Enumerable.Range(0, 30).Select(i => $"\"größer, {new string('x', i + 1)}\",{i % 3}"));

        using PreparedTask characters = Prepare(new OwnDataSettings { Path = path, Content = ContentKind.Characters });
        using PreparedTask bytes = Prepare(new OwnDataSettings { Path = path, MaxLength = 20 });

        Assert.Contains("ß", Assert.IsType<TokenInput>(characters.Shape.Input).Vocabulary);
        Assert.Equal(38, characters.Shape.MaxLength);
        Assert.Equal(260, Assert.IsType<TokenInput>(bytes.Shape.Input).Vocabulary.Count);
        Assert.Equal(20, bytes.Shape.MaxLength);
        Assert.Contains(bytes.Notes, n => n.Contains("were cut to 20 steps", StringComparison.Ordinal));
    }

    [Fact]
    public void A_number_to_predict_is_regression()
    {
        string path = Write("rows.csv", "age,v0,v1", Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{20 + i},{i},{i}")));

        using PreparedTask data = Prepare(new OwnDataSettings { Path = path, TargetColumns = ["age"] });

        Assert.Equal(["age"], Assert.IsType<RegressionOutput>(data.Shape.Output).Names);
        Assert.All(Enumerable.Range(0, data.Train.Count), row => Assert.InRange(data.Train.Targets(row)[0], -1, 1));
    }

    [Fact]
    public void Moving_the_file_changes_nothing()
    {
        string[] rows = [.. Enumerable.Range(0, 20).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i % 2},{i},{i}"))];
        string first = Write("rows.csv", "label,v0,v1", rows);
        Directory.CreateDirectory(Path.Combine(_folder.Directory.FullName, "elsewhere"));
        string second = Write("elsewhere/rows.csv", "label,v0,v1", rows);
        string hash;
        using (PreparedTask data = Prepare(new OwnDataSettings { Path = first })) hash = data.Hash;

        using PreparedTask moved = Prepare(new OwnDataSettings { Path = second });

        Assert.Equal(hash, moved.Hash);
        Assert.Single(Cache.GetDirectories("own-data-*"));
    }

    [Fact]
    public void Renaming_a_class_folder_makes_another_data_set()
    {
        for (int i = 0; i < 40; i++) WriteText($"texts/{(i % 2 == 0 ? "dull" : "fine")}/{i}.txt", $"text number {i}");
        var settings = new OwnDataSettings { Path = Path.Combine(_folder.Directory.FullName, "texts") };
        using (PreparedTask data = Prepare(settings)) Assert.Equal(["dull", "fine"], Assert.IsType<ClassOutput>(data.Shape.Output).Classes);

        Directory.Move(Path.Combine(settings.Path, "dull"), Path.Combine(settings.Path, "bad"));
        using PreparedTask renamed = Prepare(settings);

        Assert.Equal(["bad", "fine"], Assert.IsType<ClassOutput>(renamed.Shape.Output).Classes);
    }

    private void WriteText(string name, string text)
    {
        string path = Path.Combine(_folder.Directory.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private DirectoryInfo Cache => new(Path.Combine(_folder.Directory.FullName, "cache"));

    private PreparedTask Prepare(OwnDataSettings settings) => new OwnData(settings).Prepare(Cache, null, CancellationToken.None);

    private string Write(string name, string header, IEnumerable<string> rows)
    {
        string path = Path.Combine(_folder.Directory.FullName, name);
        File.WriteAllLines(path, [header, .. rows], new UTF8Encoding(false));
        return path;
    }
}

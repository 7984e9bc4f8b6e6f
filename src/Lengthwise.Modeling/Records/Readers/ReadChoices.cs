namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Kinds of files that can be read.</summary>
public enum FileFormat
{
    /// <summary>Told by the file's name and its first bytes, which must agree.</summary>
    Auto,

    /// <summary>A table in text, columns separated by commas, semicolons or bars; plain or gzip.</summary>
    Csv,

    /// <summary>A table in text, columns separated by tabulators; plain or gzip.</summary>
    Tsv,

    /// <summary>A JSON object a line; plain or gzip.</summary>
    Jsonl,

    /// <summary>The text format of the UEA and UCR archives and of sktime; plain or gzip.</summary>
    Ts,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>An array of NumPy.</summary>
    Npy,

    /// <summary>HDF5.</summary>
    Hdf5,

    /// <summary>A folder of text files (<c>.txt</c>), an archive of one, or one such file.</summary>
    Text,

    /// <summary>A folder of images (<c>.png</c>, <c>.jpg</c>), an archive of one, or one image.</summary>
    Images,

    /// <summary>A folder of recordings (<c>.wav</c>), an archive of one, or one recording.</summary>
    Wav,
}

/// <summary>How a table holds sequences.</summary>
public enum TableLayout
{
    /// <summary>Told by the columns; an error if they leave a doubt.</summary>
    Auto,

    /// <summary>A row is a sequence, its columns are the steps.</summary>
    Wide,

    /// <summary>A row is a step; the rows of one id are a sequence.</summary>
    Long,

    /// <summary>A row holds a text.</summary>
    Text,
}

/// <summary>What the steps of a sequence are.</summary>
public enum ContentKind
{
    /// <summary>Numbers are real, text is bytes.</summary>
    Auto,

    /// <summary>Bytes of text.</summary>
    Bytes,

    /// <summary>Characters of text.</summary>
    Characters,

    /// <summary>Separate symbols: words of a text, integers of a table, grey levels of an image.</summary>
    Symbols,

    /// <summary>Real channels.</summary>
    Real,
}

/// <summary>Whether a text table begins with names of columns.</summary>
public enum HeaderRow
{
    /// <summary>Told by the first rows; an error if they leave a doubt.</summary>
    Auto,

    /// <summary>The first row names the columns.</summary>
    Yes,

    /// <summary>The first row is data; columns are then called by their numbers, from 1.</summary>
    No,
}

/// <summary>What separates the columns of a text table.</summary>
public enum ColumnSeparator
{
    /// <summary>Told by the first row.</summary>
    Auto,

    /// <summary>A comma.</summary>
    Comma,

    /// <summary>A semicolon.</summary>
    Semicolon,

    /// <summary>A tabulator.</summary>
    Tab,

    /// <summary>A vertical bar.</summary>
    Bar,
}

/// <summary>What quote characters mean in a text table.</summary>
public enum QuoteStyle
{
    /// <summary>They enclose fields; in tab-separated files only if every field that begins with one also ends with one.</summary>
    Auto,

    /// <summary>They enclose fields, which may then hold separators and line ends; doubled they stand for themselves.</summary>
    Enclose,

    /// <summary>They are characters like any other.</summary>
    Literal,
}

/// <summary>Order of the last two dimensions of an array of sequences.</summary>
public enum ArrayAxes
{
    /// <summary>The shorter one is the channels; an error if they leave a doubt.</summary>
    Auto,

    /// <summary>[sequences, steps, channels].</summary>
    StepsChannels,

    /// <summary>[sequences, channels, steps].</summary>
    ChannelsSteps,
}

/// <summary>What becomes of a row that cannot be read.</summary>
public enum BadRowRule
{
    /// <summary>It ends the reading.</summary>
    Error,

    /// <summary>It is skipped, counted, and the first ones are listed.</summary>
    Skip,
}

/// <summary>What becomes of missing values: empty cells, <c>NaN</c>, <c>NA</c>, <c>null</c>, <c>?</c>.</summary>
public enum MissingRule
{
    /// <summary>A row that has any is bad.</summary>
    Error,

    /// <summary>They are kept as missing.</summary>
    Keep,
}

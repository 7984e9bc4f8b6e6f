namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>Makes a sequence from a whole file.</summary>
internal abstract class FileContent
{
    /// <summary>What was inferred.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    public virtual IReadOnlyList<string> ChannelNames => [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="RowFault">It is damaged, or unlike the others.</exception>
    /// <exception cref="LengthwiseException">It cannot be read.</exception>
    public abstract SequenceContent Read(FileInfo file);

    /// <summary>All bytes of a file that is not too large.</summary>
    /// <exception cref="RowFault">It is empty or too large.</exception>
    protected static byte[] Bytes(FileInfo file, long most)
    {
        using FileStream stream = SourceFile.Open(file);
        if (stream.Length == 0) throw new RowFault(1, "the file is empty");
        if (stream.Length > most) throw new RowFault(1, FormattableString.Invariant($"the file has {stream.Length} bytes, the limit is {most}"));
        var bytes = new byte[stream.Length];
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (IOException e)
        {
            throw new RowFault(1, e.Message);
        }
        return bytes;
    }
}

namespace Lengthwise.Cli.Comparing;

/// <summary>
/// Notices in a cell's process that the comparison wants it to stop or has died: both close its standard input, the second even
/// after SIGKILL. Ctrl+C is left to the comparison, which gets it too.
/// </summary>
internal static class ParentWatch
{
    /// <summary>A token that is cancelled when the input ends.</summary>
    /// <param name="input">Standard input; nothing that is written to it counts.</param>
    public static CancellationToken Watch(Stream input)
    {
        // Neither the thread nor the source is ever released: they last as long as the process, whose only run they guard.
        var gone = new CancellationTokenSource();
        var reader = new Thread(() => ReadToEnd(input, gone)) { IsBackground = true, Name = "parent watch" };
        reader.Start();
        return gone.Token;
    }

    private static void ReadToEnd(Stream input, CancellationTokenSource gone)
    {
        Span<byte> ignored = stackalloc byte[64];
        try
        {
            while (input.Read(ignored) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A broken pipe is an end as well.
        }
        gone.Cancel();
    }
}

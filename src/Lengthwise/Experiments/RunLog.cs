using System.Globalization;
using System.Text;
using Lengthwise.Recipes;

namespace Lengthwise.Experiments;

/// <summary>
/// A log that people read: one line a remark, with the time in UTC. Lines are appended whole; a log that cannot be written stops no run.
/// </summary>
/// <param name="path">The file; its folder exists.</param>
public sealed class RunLog(string path)
{
    /// <summary>Name of the log in a run's folder and in a comparison's.</summary>
    public const string FileName = "log.txt";

    private readonly Lock _gate = new();

    /// <summary>The log of a run.</summary>
    public static RunLog Of(RunFolder run) => new(Path.Combine(run.Directory.FullName, FileName));

    /// <summary>The log of a comparison.</summary>
    public static RunLog Of(ComparisonFolder comparison) => new(Path.Combine(comparison.Directory.FullName, FileName));

    /// <summary>Appends a remark; line breaks in it become spaces.</summary>
    public void Add(string remark)
    {
        string time = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        byte[] line = Encoding.UTF8.GetBytes($"{time}  {string.Join(' ', remark.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))}\n");
        try
        {
            lock (_gate)
            {
                using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
                stream.Write(line);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk has stopped the run itself by now, or will.
        }
    }

    /// <summary>The last whole lines, at most so many bytes of them; none when there is no log.</summary>
    public string Tail(int bytes)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            bool isCut = stream.Length > bytes;
            if (isCut) stream.Seek(-bytes, SeekOrigin.End);
            var read = new byte[Math.Min(bytes, stream.Length)];
            string text = Encoding.UTF8.GetString(read, 0, stream.ReadAtLeast(read, read.Length, throwOnEndOfStream: false));
            return isCut ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

/// <summary>Writes what a run says into its log and passes it on.</summary>
/// <param name="log">The run's log.</param>
/// <param name="next">Hears the run too.</param>
public sealed class LoggingObserver(RunLog log, IRunObserver next) : IRunObserver
{
    /// <inheritdoc/>
    public void OnNote(string message)
    {
        log.Add(message);
        next.OnNote(message);
    }

    /// <inheritdoc/>
    public void OnPhase(string phase, long totalSteps)
    {
        log.Add(string.Create(CultureInfo.InvariantCulture, $"{phase}: {totalSteps} steps"));
        next.OnPhase(phase, totalSteps);
    }

    /// <inheritdoc/>
    public void OnStep(RunProgress progress) => next.OnStep(progress);

    /// <inheritdoc/>
    public void OnMetric(MetricLine line)
    {
        if (line.Split != "train")
        {
            string metric = line.Metric is { } m ? string.Create(CultureInfo.InvariantCulture, $", metric {m:0.0000}") : "";
            log.Add(string.Create(CultureInfo.InvariantCulture, $"{line.Phase} step {line.Step}: {line.Split} loss {line.Loss:0.0000}{metric}"));
        }
        next.OnMetric(line);
    }

    /// <inheritdoc/>
    public void OnDiagnosis(Diagnosis diagnosis)
    {
        log.Add($"{Naming.ToKey(diagnosis.Severity)}: {diagnosis.Message}");
        next.OnDiagnosis(diagnosis);
    }
}

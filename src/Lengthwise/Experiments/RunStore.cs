using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Lengthwise.Experiments;

/// <summary>
/// An index over the runs below a folder, so that a list of hundreds does not read hundreds of files. The folders are the truth:
/// the index is brought up to date by their time stamps at every reading, and may be deleted at any time.
/// </summary>
public sealed class RunStore : IDisposable
{
    private const int SchemaVersion = 1, DeepestRun = 4;
    private const string IndexName = ".lengthwise-index.sqlite";
    private readonly DirectoryInfo _root;
    private readonly SqliteConnection _index;

    private RunStore(DirectoryInfo root, SqliteConnection index, string? note) => (_root, _index, Note) = (root, index, note);

    /// <summary>What a person may want to know: the index was damaged and made anew, or cannot be written. Null when all is well.</summary>
    public string? Note { get; }

    /// <summary>Opens the index of a folder of runs; a damaged one is made anew, and where none can be written it stays in memory.</summary>
    /// <param name="root">Folder that holds runs and comparisons at any depth up to four.</param>
    public static RunStore Open(DirectoryInfo root)
    {
        string path = Path.Combine(root.FullName, IndexName);
        string? note = null;
        for (int attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                return new RunStore(root, Connect($"Data Source={path};Pooling=False;Default Timeout=5"), note);
            }
            catch (SqliteException e) when (attempt == 0 && File.Exists(path) && IsDamage(e))
            {
                note = $"the index of '{root.FullName}' was damaged and has been rebuilt from the run folders";
                if (!TryDelete(path)) break;
            }
            catch (SqliteException e)
            {
                note = $"no index could be kept in '{root.FullName}' ({e.Message.TrimEnd('.')}): its runs were read one by one";
                break;
            }
        }
        return new RunStore(root, Connect("Data Source=:memory:"), note);
    }

    /// <summary>All runs, by path.</summary>
    public IReadOnlyList<RunEntry> List()
    {
        var known = new Dictionary<string, (string Stamp, string Entry)>(StringComparer.Ordinal);
        foreach ((string path, string stamp, string entry) in ReadAll()) known[path] = (stamp, entry);

        var entries = new List<RunEntry>();
        using SqliteTransaction transaction = _index.BeginTransaction();
        foreach (RunFolder run in Find(_root, depth: 0))
        {
            string path = Path.GetRelativePath(_root.FullName, run.Directory.FullName).Replace('\\', '/'), stamp = Stamp(run);
            if (known.Remove(path, out (string Stamp, string Entry) row) && row.Stamp == stamp && Parse(row.Entry) is { } entry)
            {
                entries.Add(entry);
                continue;
            }
            entry = RunEntry.Of(path, run);
            entries.Add(entry);
            Execute("INSERT OR REPLACE INTO runs (path, stamp, entry) VALUES ($path, $stamp, $entry)",
                ("$path", path), ("$stamp", stamp), ("$entry", JsonSerializer.Serialize(entry, RecordJson.Line)));
        }
        foreach (string gone in known.Keys) Execute("DELETE FROM runs WHERE path = $path", ("$path", gone));
        transaction.Commit();
        return [.. entries.OrderBy(e => e.Path, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public void Dispose() => _index.Dispose();

    private static IEnumerable<RunFolder> Find(DirectoryInfo folder, int depth)
    {
        if (!folder.Exists) yield break;
        foreach (DirectoryInfo child in folder.EnumerateDirectories())
        {
            if (child.Name.StartsWith('.')) continue;
            var run = new RunFolder(child);
            if (File.Exists(run.RecipePath)) yield return run;
            else if (depth + 1 < DeepestRun)
                foreach (RunFolder below in Find(child, depth + 1)) yield return below;
        }
    }

    // What an entry is made from: the result once there is one, before that the recipe and how far the metrics go.
    private static string Stamp(RunFolder run) =>
        string.Join('/', new[] { run.ResultPath, run.RecipePath, run.MetricsPath }.Select(path =>
        {
            var file = new FileInfo(path);
            return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks}:{file.Length}") : "-";
        }));

    private static RunEntry? Parse(string entry)
    {
        try
        {
            return JsonSerializer.Deserialize<RunEntry>(entry, RecordJson.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static SqliteConnection Connect(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            using SqliteCommand version = connection.CreateCommand();
            version.CommandText = "PRAGMA user_version";
            long found = (long)version.ExecuteScalar()!;
            using SqliteCommand setup = connection.CreateCommand();
            // Losing the index costs one reading of the folders, so it is not flushed to the disk.
            setup.CommandText = $"""
                PRAGMA synchronous = OFF;
                {(found == SchemaVersion ? "" : "DROP TABLE IF EXISTS runs;")}
                CREATE TABLE IF NOT EXISTS runs (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, entry TEXT NOT NULL) WITHOUT ROWID;
                PRAGMA user_version = {SchemaVersion};
                """;
            setup.ExecuteNonQuery();
            // Reads every page, so that damage shows here and not in the middle of a listing.
            using SqliteCommand check = connection.CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            if (check.ExecuteScalar() as string is not "ok") throw new SqliteException("the index is damaged", SQLitePCL.raw.SQLITE_CORRUPT);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static bool IsDamage(SqliteException e) => e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_ERROR;

    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            File.Delete(path + "-journal");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private List<(string Path, string Stamp, string Entry)> ReadAll()
    {
        var rows = new List<(string, string, string)>();
        using SqliteCommand command = _index.CreateCommand();
        command.CommandText = "SELECT path, stamp, entry FROM runs";
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read()) rows.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return rows;
    }

    private void Execute(string sql, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        using SqliteCommand command = _index.CreateCommand();
#pragma warning disable CA2100 // The text is one of this file's constants; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, string value) in parameters) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}

using System.Runtime.InteropServices;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Training.Objectives;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Prediction;

/// <summary>
/// Predicts records in their order, some batches' worth at a time: memory does not grow with the number of records, and within such a portion
/// rows of similar length share a batch.
/// </summary>
/// <param name="trained">The model.</param>
/// <param name="batchSize">Rows in a batch; changes results by rounding only.</param>
/// <param name="problems">What to do with records that the model cannot read.</param>
public sealed class Predictor(TrainedModel trained, int batchSize, BadRows problems)
{
    private const int BatchesAtOnce = 16;
    private const long StepsAtOnce = 1 << 22;
    private readonly SequenceEncoder _encoder = new(trained.Encoding);

    /// <summary>Rows predicted so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Sequences cut to the model's longest.</summary>
    public long Cut { get; private set; }

    /// <summary>Steps whose symbol the model's vocabulary lacks.</summary>
    public long UnknownSymbols { get; private set; }

    /// <summary>Rows that had such steps.</summary>
    public long RowsWithUnknown { get; private set; }

    /// <summary>Predicts; nothing is read ahead of what is asked for but the rest of the portion.</summary>
    /// <param name="records">Records; labels in them are of no interest.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="LengthwiseException">A record cannot be read and may not be skipped.</exception>
    public IEnumerable<PredictedRow> Predict(IEnumerable<SequenceRecord> records, CancellationToken cancellation)
    {
        var held = new List<SequenceRecord>();
        long steps = 0;
        MemorySplitWriter? rows = null;
        try
        {
            foreach (SequenceRecord record in records)
            {
                cancellation.ThrowIfCancellationRequested();
                rows ??= new MemorySplitWriter(Shape);
                if (Encode(record, rows) is not { } added) continue;
                // Only the names are needed from here on.
                held.Add(record with { Content = Nothing, Second = null });
                steps += added;
                if (held.Count < batchSize * BatchesAtOnce && steps < StepsAtOnce) continue;
                foreach (PredictedRow row in PredictHeld(held, rows, cancellation)) yield return row;
                rows.Dispose();
                (rows, steps) = (null, 0);
                held.Clear();
            }
            if (held.Count > 0)
                foreach (PredictedRow row in PredictHeld(held, rows!, cancellation)) yield return row;
            if (Rows == 0)
                throw new LengthwiseException(
                    ExitCode.Data, "predicting: no row was left to predict", problems.Notes() is [var skipped, ..] ? skipped : "'lengthwise data check FILE' shows what a file holds");
        }
        finally
        {
            rows?.Dispose();
        }
    }

    private static SequenceContent Nothing { get; } = new SequenceContent.Symbols([]);

    private int Parts => trained.Encoding.IsPair ? 2 : 1;

    private SplitShape Shape => trained.Shape.Input is RealInput real
        ? new SplitShape(ElementKind.Real, real.Channels) { Parts = Parts }
        : new SplitShape(ElementKind.Token) { Parts = Parts };

    /// <summary>Adds a record; its steps, or null when it was skipped.</summary>
    private long? Encode(SequenceRecord record, MemorySplitWriter rows)
    {
        string? fault = (record.Second is not null, Parts == 2) switch
        {
            (false, true) => "found one sequence, expected a pair as the model was trained on",
            (true, false) => "found a pair of sequences, expected one as the model was trained on",
            _ => null,
        };
        EncodedContent[] parts = [];
        try
        {
            if (fault is null) parts = record.Second is null ? [Encoded(record.Content, record)] : [Encoded(record.Content, record), Encoded(record.Second, record)];
        }
        catch (LengthwiseException bad) when (bad.Code == ExitCode.Data)
        {
            string place = record.Where + ": ";
            fault = bad.Message.StartsWith(place, StringComparison.Ordinal) ? bad.Message[place.Length..] : bad.Message;
        }
        if (fault is not null)
        {
            problems.Report(record.Where, fault);
            return null;
        }
        foreach (EncodedContent part in parts)
        {
            if (trained.Shape.Input is RealInput) rows.AddPart(part.Values);
            else rows.AddPart(part.Tokens);
            if (part.IsCut) Cut++;
            UnknownSymbols += part.Unknown;
        }
        if (parts.Any(p => p.Unknown > 0)) RowsWithUnknown++;
        rows.EndRow(SequenceSplit.Unlabelled);
        return parts.Sum(p => (long)p.Steps);
    }

    // The encoder's spans are overwritten by its next call, and a row is only added once all of it is good.
    private EncodedContent Encoded(SequenceContent content, SequenceRecord record)
    {
        EncodedSequence e = _encoder.Encode(content, record.Where);
        return new EncodedContent(e.Tokens.ToArray(), e.Values.ToArray(), e.Steps, e.StepsCut > 0, e.UnknownSymbols);
    }

    private IEnumerable<PredictedRow> PredictHeld(List<SequenceRecord> held, MemorySplitWriter rows, CancellationToken cancellation)
    {
        using MemorySplit split = rows.Finish();
        int columns = trained.Columns.Count;
        float[] outputs = new float[held.Count * columns];
        foreach (Batch batch in BatchSource.InOrder(split, trained.Shape.Input, batchSize))
        {
            using Batch owned = batch;
            cancellation.ThrowIfCancellationRequested();
            Forward(batch, outputs, columns);
        }
        for (int i = 0; i < held.Count; i++)
        {
            Rows++;
            yield return new PredictedRow(Rows, held[i].Where, held[i].Id, outputs.AsMemory(i * columns, columns));
        }
    }

    private void Forward(Batch batch, float[] outputs, int columns)
    {
        using var scope = NewDisposeScope();
        using var gradients = inference_mode();
        using Padding? padding = batch.IsPadded ? new Padding(batch.Lengths, batch.Input.shape[1]) : null;
        using Tensor result = LabelObjective.Outputs(trained.Shape.Output, trained.Model.forward(batch.Input, padding)).contiguous();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(result.bytes);
        for (int i = 0; i < batch.Rows.Count; i++) values.Slice(i * columns, columns).CopyTo(outputs.AsSpan(batch.Rows[i] * columns));
    }

    private sealed record EncodedContent(ushort[] Tokens, float[] Values, int Steps, bool IsCut, int Unknown);
}

/// <summary>What the model says about one row.</summary>
/// <param name="Number">Number among the predicted rows, from 1.</param>
/// <param name="Where">Where it stands in its file.</param>
/// <param name="Id">Its name; null where the file has none.</param>
/// <param name="Outputs">A probability per class, or a value per target in the source's units.</param>
public sealed record PredictedRow(long Number, string Where, string? Id, ReadOnlyMemory<float> Outputs);

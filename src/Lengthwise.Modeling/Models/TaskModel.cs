using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Models;

/// <summary>What a model must read and give for a kind of data.</summary>
public static class TaskModel
{
    /// <summary>Input of the model.</summary>
    /// <param name="input">Kind of data.</param>
    /// <param name="hasMaskBit">Whether real channels carry a mask bit, as in masked pretraining.</param>
    public static ModelInput Input(InputSpec input, bool hasMaskBit = false) => input switch
    {
        TokenInput tokens => new ModelInput.Tokens(tokens.Vocabulary.Count),
        RealInput real => new ModelInput.Reals(real.Channels, hasMaskBit),
        _ => throw new NotSupportedException($"input {input}"),
    };

    /// <summary>Output for labels.</summary>
    /// <param name="output">Classes or targets.</param>
    /// <param name="parts">Sequences in a row; 2 gives the head for pairs.</param>
    public static ModelOutput Output(OutputSpec output, int parts)
    {
        int size = output switch
        {
            ClassOutput classes => classes.Classes.Count,
            RegressionOutput regression => regression.Names.Count,
            _ => throw new NotSupportedException($"output {output}"),
        };
        return parts == 2 ? new ModelOutput.Paired(size) : new ModelOutput.Pooled(size);
    }

    /// <summary>Output of pretraining: the input again, at every position.</summary>
    public static ModelOutput PretrainingOutput(InputSpec input) => input switch
    {
        TokenInput tokens => new ModelOutput.PerPosition(tokens.Vocabulary.Count),
        RealInput real => new ModelOutput.PerPosition(real.Channels),
        _ => throw new NotSupportedException($"input {input}"),
    };
}

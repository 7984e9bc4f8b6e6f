namespace Lengthwise.Modeling.Data;

/// <summary>What a task feeds to a model.</summary>
public abstract record InputSpec;

/// <summary>
/// Token ids. The vocabulary always begins with the specials <c>&lt;mask&gt;</c> 0, <c>&lt;pad&gt;</c> 1 (spt-protocol section 2);
/// a task may add <c>&lt;unk&gt;</c> and <c>&lt;eos&gt;</c> after them.
/// </summary>
/// <param name="Vocabulary">Symbol per id, specials first.</param>
public sealed record TokenInput(IReadOnlyList<string> Vocabulary) : InputSpec
{
    /// <summary>Id that replaces a masked symbol.</summary>
    public const int MaskId = 0;

    /// <summary>Id behind the end of a sequence.</summary>
    public const int PadId = 1;
}

/// <summary>Real channels, already normalised by the task.</summary>
/// <param name="Channels">Channels per step.</param>
public sealed record RealInput(int Channels) : InputSpec;

/// <summary>What a task asks for.</summary>
public abstract record OutputSpec;

/// <summary>One of several classes.</summary>
/// <param name="Classes">Class names; their index is the label.</param>
public sealed record ClassOutput(IReadOnlyList<string> Classes) : OutputSpec;

/// <summary>Real targets, scaled for training as <c>(y - Offset) / Scale</c>; metrics are in the source's units.</summary>
/// <param name="Names">One per target.</param>
/// <param name="Offsets">One per target, from the training split.</param>
/// <param name="Scales">One per target, positive, from the training split.</param>
public sealed record RegressionOutput(IReadOnlyList<string> Names, IReadOnlyList<float> Offsets, IReadOnlyList<float> Scales) : OutputSpec;

/// <summary>Nothing: the inputs can be pretrained on, and that is all.</summary>
public sealed record NoOutput : OutputSpec;

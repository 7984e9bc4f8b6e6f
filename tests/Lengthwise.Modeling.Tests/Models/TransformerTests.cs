using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class TransformerTests : ModelTestSuite<Transformer>
{
    protected override ModelSettings Small(bool bidirectional) => new Transformer.Settings { DModel = 8, NLayers = 2, NHeads = 2, Bidirectional = bidirectional };
}

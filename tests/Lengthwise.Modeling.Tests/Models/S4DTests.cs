using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class S4DTests : ModelTestSuite<S4D>
{
    protected override ModelSettings Small(bool bidirectional) => new S4D.Settings { DModel = 8, NLayers = 2, DState = 8, Bidirectional = bidirectional };
}

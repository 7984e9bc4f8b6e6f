using Lengthwise.Web.Pages;

namespace Lengthwise.Web.Tests.Pages;

public sealed class DrawnCurvesTests
{
    [Fact]
    public void Curves_are_drawn_again_only_when_what_they_show_is_another_object()
    {
        var drawn = new DrawnCurves();
        int times = 0;
        int[] a = [1], b = [1];

        drawn.Unless([a, "accuracy"], Draw);
        drawn.Unless([a, "accuracy"], Draw);
        int same = times;
        drawn.Unless([b, "accuracy"], Draw);
        drawn.Unless([b, null], Draw);

        Assert.Equal((1, 3), (same, times));

        Part Draw()
        {
            times++;
            return new Part("curves", "");
        }
    }
}

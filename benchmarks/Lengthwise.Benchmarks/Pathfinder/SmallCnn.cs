using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Benchmarks.Pathfinder;

/// <summary>
/// A small residual network for images of 32 x 32: [B, 1, 32, 32] to one logit, [B]. Four pixels become channels of one, then three blocks at
/// 16 x 16, two at 8 x 8 and one at 4 x 4, so that its last units see the whole image.
/// </summary>
internal sealed class SmallCnn : nn.Module<Tensor, Tensor>
{
    private readonly Sequential _features;
    private readonly Linear _head;

    public SmallCnn(int width)
        : base(nameof(SmallCnn))
    {
        _features = nn.Sequential(
            nn.PixelUnshuffle(2),
            nn.Conv2d(4, width, 3, padding: 1, bias: false),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            new Block(width, width, stride: 1),
            new Block(width, width, stride: 1),
            new Block(width, width, stride: 1),
            new Block(width, 2 * width, stride: 2),
            new Block(2 * width, 2 * width, stride: 1),
            new Block(2 * width, 4 * width, stride: 2));
        _head = nn.Linear(4 * width, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor featuresBCYX = _features.forward(images);
        return _head.forward(featuresBCYX.mean([2, 3])).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>Two 3 x 3 convolutions beside a shortcut.</summary>
    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential _body;
        private readonly Sequential _shortcut;

        public Block(int from, int to, int stride)
            : base(nameof(Block))
        {
            _body = nn.Sequential(
                nn.Conv2d(from, to, 3, stride: stride, padding: 1, bias: false), nn.BatchNorm2d(to), nn.ReLU(),
                nn.Conv2d(to, to, 3, padding: 1, bias: false), nn.BatchNorm2d(to));
            _shortcut = from == to && stride == 1
                ? nn.Sequential(nn.Identity())
                : nn.Sequential(nn.Conv2d(from, to, 1, stride: stride, bias: false), nn.BatchNorm2d(to));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            return nn.functional.relu(_body.forward(x) + _shortcut.forward(x)).MoveToOuterDisposeScope();
        }
    }
}

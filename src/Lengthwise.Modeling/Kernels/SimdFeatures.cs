using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Features of a tile of steps, one step a lane, and their derivatives.</summary>
internal static unsafe class SimdFeatures<T> where T : unmanaged, ILanes<T>
{
    private const float Log2E = 1.44269504088896341f;

    /// <summary>Loads steps and projects them; lanes behind the last are those of a zero input.</summary>
    public static void Project(FeatureShape shape, FeatureScratch s, float* projection, float* source, int count)
    {
        float* input = shape.HasProjection ? s.Input : s.Projected;
        AttentionPacking<T>.Columns(source, shape.Width, count, shape.Head, shape.InputScale, input);
        if (!shape.HasProjection) return;
        AttentionProduct<T>.Multiply(
            projection, shape.PackedHead, 1, shape.Head, s.Input, shape.Tile, s.Projected, shape.Tile, shape.PackedFeatures, shape.Tile, adds: false);
        if (shape.Map == FeatureMap.Exponential) Measure(shape, s);
    }

    /// <summary>Features; of exponential ones relative to what <see cref="FeatureScratch.Largest"/> says, with that added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map(FeatureShape shape, FeatureScratch s, float softening)
    {
        T log2E = T.Broadcast(Log2E), least = T.Broadcast(Exponential.Vanishing / Log2E), zero = T.Broadcast(0), one = T.Broadcast(1);
        T added = T.Broadcast(softening), rectified = T.Broadcast(FeatureShape.RectifiedSoftening);
        for (int lane = 0; lane < shape.Tile; lane += T.Count)
        {
            T largest = T.Load(s.Largest + lane), half = T.Load(s.HalfSquares + lane);
            float* from = s.Projected + lane, to = s.Mapped + lane;
            for (int f = 0; f < shape.Features; f++, from += shape.Tile, to += shape.Tile)
            {
                T x = T.Load(from);
                T.Store(to, shape.Map switch
                {
                    FeatureMap.Elu => T.WhereAtMost(x, zero, Exponential.OfTwo(x, log2E, least), x + one),
                    FeatureMap.Rectified => T.Max(zero, x) + rectified,
                    _ => Exponential.OfTwo(x - largest - half, log2E, least) + added,
                });
            }
        }
        NativeMemory.Clear(s.Mapped + (long)shape.Features * shape.Tile, (nuint)((shape.PackedFeatures - shape.Features) * shape.Tile) * sizeof(float));
    }

    /// <summary>
    /// From gradients of features, to which z times the gradients of the sums of weights are added first, to those of what was mapped; of exponential ones
    /// the sum of every step goes to <see cref="FeatureScratch.Total"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapBack(FeatureShape shape, FeatureScratch s, float* weights, float* weightGradients)
    {
        T zero = T.Broadcast(0), one = T.Broadcast(1), softening = T.Broadcast(FeatureShape.Softening);
        for (int lane = 0; lane < shape.Tile; lane += T.Count)
        {
            T outer = weightGradients is null ? one : T.Load(weightGradients + lane), sum = zero;
            float* x = s.Projected + lane, y = s.Mapped + lane, gradient = s.MappedGradients + lane;
            for (int f = 0; f < shape.Features; f++, x += shape.Tile, y += shape.Tile, gradient += shape.Tile)
            {
                T dy = T.MultiplyAdd(T.Broadcast(weights[f]), outer, T.Load(gradient));
                T dx = shape.Map switch
                {
                    FeatureMap.Elu => T.WhereAtMost(T.Load(x), zero, dy * T.Load(y), dy),
                    FeatureMap.Rectified => T.WhereAtMost(T.Load(x), zero, zero, dy),
                    _ => dy * (T.Load(y) - softening),
                };
                sum += dx;
                T.Store(gradient, dx);
            }
            T.Store(s.Total + lane, sum);
        }
    }

    /// <summary>What is mapped to the largest projection of every step, in equal shares where several are: it is subtracted from all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SubtractFromLargest(FeatureShape shape, FeatureScratch s)
    {
        T zero = T.Broadcast(0), one = T.Broadcast(1);
        for (int lane = 0; lane < shape.Tile; lane += T.Count)
        {
            T largest = T.Load(s.Largest + lane), ties = zero;
            for (int f = 0; f < shape.Features; f++) ties += T.WhereAtMost(largest, T.Load(s.Projected + f * shape.Tile + lane), one, zero);
            T share = T.Load(s.Total + lane) / ties;
            for (int f = 0; f < shape.Features; f++)
            {
                float* gradient = s.MappedGradients + f * shape.Tile + lane;
                T.Store(gradient, T.Load(gradient) - T.WhereAtMost(largest, T.Load(s.Projected + f * shape.Tile + lane), share, zero));
            }
        }
    }

    /// <summary>From gradients of what was mapped to those of the steps, written from <paramref name="target"/> on.</summary>
    public static void ProjectBack(FeatureShape shape, FeatureScratch s, float* projection, float* target, int count)
    {
        float* gradients = shape.HasProjection ? s.Output : s.MappedGradients;
        if (shape.HasProjection)
            AttentionProduct<T>.Multiply(
                projection, 1, shape.PackedHead, shape.Features, s.MappedGradients, shape.Tile, s.Output, shape.Tile, shape.PackedHead, shape.Tile, adds: false);
        if (shape.Map == FeatureMap.Exponential) SubtractSquares(shape, s);
        AttentionPacking<T>.Transpose(gradients, shape.Tile, shape.Head, count, target, shape.Width);
    }

    /// <summary>lanes [m, vector] += features, each weighted if weights are given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddLanes(FeatureShape shape, FeatureScratch s, float* weights, float* lanes)
    {
        T one = T.Broadcast(1), left = weights is null ? one : T.Load(weights), right = weights is null ? one : T.Load(weights + T.Count);
        float* features = s.Mapped;
        for (int f = 0; f < shape.Features; f++, features += shape.Tile, lanes += T.Count)
            T.Store(lanes, T.MultiplyAdd(T.Load(features), left, T.MultiplyAdd(T.Load(features + T.Count), right, T.Load(lanes))));
    }

    /// <summary>Sum over features of weights [m] times features, for every step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weigh(FeatureShape shape, FeatureScratch s, float* weights, float* target)
    {
        T sum0 = T.Broadcast(0), sum1 = sum0;
        float* features = s.Mapped;
        for (int f = 0; f < shape.Features; f++, features += shape.Tile)
        {
            T weight = T.Broadcast(weights[f]);
            sum0 = T.MultiplyAdd(weight, T.Load(features), sum0);
            sum1 = T.MultiplyAdd(weight, T.Load(features + T.Count), sum1);
        }
        T.Store(target, sum0);
        T.Store(target + T.Count, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Measure(FeatureShape shape, FeatureScratch s)
    {
        for (int lane = 0; lane < shape.Tile; lane += T.Count)
        {
            T squares = T.Broadcast(0), largest = T.Broadcast(float.NegativeInfinity);
            for (int d = 0; d < shape.Head; d++) squares = T.MultiplyAdd(T.Load(s.Input + d * shape.Tile + lane), T.Load(s.Input + d * shape.Tile + lane), squares);
            for (int f = 0; f < shape.Features; f++) largest = T.Max(largest, T.Load(s.Projected + f * shape.Tile + lane));
            T.Store(s.HalfSquares + lane, squares * T.Broadcast(0.5f));
            T.Store(s.Largest + lane, largest);
        }
    }

    // d(-|x'|² / 2) = -x', and the scale of the input.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SubtractSquares(FeatureShape shape, FeatureScratch s)
    {
        T scale = T.Broadcast(shape.InputScale);
        for (int lane = 0; lane < shape.Tile; lane += T.Count)
        {
            T total = T.Load(s.Total + lane);
            for (int d = 0; d < shape.Head; d++)
            {
                float* gradient = s.Output + d * shape.Tile + lane;
                T.Store(gradient, T.MultiplySubtract(total, T.Load(s.Input + d * shape.Tile + lane), T.Load(gradient)) * scale);
            }
        }
    }
}

using System.Numerics;
using System.Runtime.InteropServices;
using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) in one pass over each parameter, equal to libtorch's up to rounding.
/// Its moments are plain tensors, so that a checkpoint can hold them by name; gradients are views of one <see cref="GradientBuffer"/>.
/// </summary>
public sealed class AdamW : IDisposable
{
    private readonly IReadOnlyList<TrainedParameter> _parameters;
    private readonly Tensor[] _first;
    private readonly Tensor[] _second;
    private readonly GradientBuffer _gradients;
    private readonly double _beta1, _beta2, _epsilon, _weightDecay;

    /// <summary>Starts with zero moments.</summary>
    /// <param name="parameters">Name, tensor (Float32, contiguous, on the CPU), and how the optimizer treats it.</param>
    /// <param name="beta1">First moment decay.</param>
    /// <param name="beta2">Second moment decay.</param>
    /// <param name="epsilon">Added to the root of the second moment.</param>
    /// <param name="weightDecay">Decoupled weight decay.</param>
    public AdamW(IReadOnlyList<TrainedParameter> parameters, double beta1, double beta2, double epsilon, double weightDecay)
    {
        (_parameters, _beta1, _beta2, _epsilon, _weightDecay) = (parameters, beta1, beta2, epsilon, weightDecay);
        foreach (TrainedParameter p in parameters)
            if (p.Tensor.dtype != ScalarType.Float32 || !p.Tensor.is_contiguous())
                throw new ArgumentException($"parameter '{p.Name}' is {p.Tensor.dtype}, expected contiguous Float32", nameof(parameters));
        _first = [.. parameters.Select(p => zeros_like(p.Tensor, requires_grad: false).DetachFromDisposeScope())];
        _second = [.. parameters.Select(p => zeros_like(p.Tensor, requires_grad: false).DetachFromDisposeScope())];
        _gradients = new GradientBuffer(parameters.Select(p => p.Tensor));
    }

    /// <summary>Updates done so far; the bias corrections depend on it.</summary>
    public long Updates { get; set; }

    /// <summary>Moments by name: <c>first.NAME</c> and <c>second.NAME</c>.</summary>
    public IEnumerable<(string Name, Tensor Moment)> Moments()
    {
        for (int i = 0; i < _parameters.Count; i++)
        {
            yield return ("first." + _parameters[i].Name, _first[i]);
            yield return ("second." + _parameters[i].Name, _second[i]);
        }
    }

    /// <summary>Forgets all gradients.</summary>
    public void ZeroGradients() => _gradients.Zero();

    /// <summary>Norm of the whole gradient, summed in the order of the parameters.</summary>
    public double GradientNorm()
    {
        _gradients.Gather();
        double sum = 0;
        for (int i = 0; i < _parameters.Count; i++)
            if (_gradients[i] is { } gradient) sum += SumOfSquares(Floats(gradient));
        return Math.Sqrt(sum);
    }

    /// <summary>One update.</summary>
    /// <param name="lr">Learning rate of ordinary parameters.</param>
    /// <param name="ssmLr">Learning rate of state-space parameters.</param>
    /// <param name="gradientScale">Factor on every gradient (clipping).</param>
    public void Step(double lr, double ssmLr, double gradientScale = 1)
    {
        _gradients.Gather();
        Updates++;
        double correction1 = 1 - Math.Pow(_beta1, Updates);
        double correction2 = Math.Sqrt(1 - Math.Pow(_beta2, Updates));
        for (int i = 0; i < _parameters.Count; i++)
        {
            TrainedParameter p = _parameters[i];
            if (_gradients[i] is not { } gradient) continue;
            double rate = p.IsSsm ? ssmLr : lr;
            var constants = new Constants(
                (float)gradientScale, (float)_beta1, (float)(1 - _beta1), (float)_beta2, (float)(1 - _beta2),
                (float)(rate / correction1), (float)(1 / correction2), (float)_epsilon, (float)(1 - (p.HasDecay ? rate * _weightDecay : 0)));
            Update(Floats(p.Tensor), Floats(gradient), Floats(_first[i]), Floats(_second[i]), constants);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor moment in _first) moment.Dispose();
        foreach (Tensor moment in _second) moment.Dispose();
        _gradients.Dispose();
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float v in values) sum += (double)v * v;
        return sum;
    }

    private static void Update(Span<float> p, ReadOnlySpan<float> g, Span<float> m, Span<float> v, in Constants c)
    {
        int width = Vector<float>.Count, i = 0;
        for (; i <= p.Length - width; i += width)
        {
            Vector<float> gradient = new Vector<float>(g[i..]) * c.GradientScale;
            Vector<float> first = new Vector<float>(m[i..]) * c.Beta1 + gradient * c.OneMinusBeta1;
            Vector<float> second = new Vector<float>(v[i..]) * c.Beta2 + gradient * gradient * c.OneMinusBeta2;
            first.CopyTo(m[i..]);
            second.CopyTo(v[i..]);
            Vector<float> denominator = Vector.SquareRoot(second) * c.RootCorrection + new Vector<float>(c.Epsilon);
            (new Vector<float>(p[i..]) * c.Keep - first * c.Rate / denominator).CopyTo(p[i..]);
        }
        for (; i < p.Length; i++)
        {
            float gradient = g[i] * c.GradientScale;
            m[i] = m[i] * c.Beta1 + gradient * c.OneMinusBeta1;
            v[i] = v[i] * c.Beta2 + gradient * gradient * c.OneMinusBeta2;
            p[i] = p[i] * c.Keep - m[i] * c.Rate / (MathF.Sqrt(v[i]) * c.RootCorrection + c.Epsilon);
        }
    }

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private readonly record struct Constants(
        float GradientScale, float Beta1, float OneMinusBeta1, float Beta2, float OneMinusBeta2, float Rate, float RootCorrection, float Epsilon,
        float Keep);
}

using System.Globalization;
using Lengthwise.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
return BenchmarkCommand.Run(args, Console.Out);

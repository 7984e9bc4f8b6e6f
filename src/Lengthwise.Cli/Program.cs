using System.Globalization;
using Lengthwise.Cli;
using Lengthwise.Cli.Output;

// Numbers look the same on every machine, in files as on screen.
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
return (int)CommandLine.Run(args, Terminal.FromConsole());

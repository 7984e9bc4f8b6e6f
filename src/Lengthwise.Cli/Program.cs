using Lengthwise.Modeling.Native;

NativeRuntime.Start(threads: 1);
foreach (RuntimeSwitch s in NativeRuntime.Switches) Console.WriteLine($"{s.Name}: {s.Value} ({s.Purpose})");

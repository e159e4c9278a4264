using BenchmarkDotNet.Running;
using FastStream.Microbenchmarks.Quick;

if (args.Contains("--quick") || args.Contains("--tiny"))
{
    int only = Array.IndexOf(args, "--only") + 1;
    return QuickRunner.Run(
        isTiny: args.Contains("--tiny"), Console.Out, only > 0 && only < args.Length ? args[only] : "");
}

BenchmarkSwitcher.FromAssembly(typeof(QuickRunner).Assembly).Run(args);
return 0;

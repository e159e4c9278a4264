using BenchmarkDotNet.Running;
using FastStream.Microbenchmarks.Quick;

if (args.Contains("--quick") || args.Contains("--tiny"))
{
    return QuickRunner.Run(isTiny: args.Contains("--tiny"), Console.Out);
}

BenchmarkSwitcher.FromAssembly(typeof(QuickRunner).Assembly).Run(args);
return 0;

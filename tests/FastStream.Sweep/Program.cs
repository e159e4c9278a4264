return await FastStream.Sweep.SweepCommand.RunAsync(args, Console.Out);

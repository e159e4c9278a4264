return await FastStream.Cli.CommandLine.RunAsync(args);

using FastStream.Interleavings;

return InterleavingsCommand.Run(args, Console.Out);

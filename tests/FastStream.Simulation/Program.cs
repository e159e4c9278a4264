using FastStream.Simulation;

return SimulationCommand.Run(args, Console.Out);

using FastStream.Fuzz;

try
{
    FuzzOptions options = FuzzOptions.Parse(args);
    if (options.IsHelp)
    {
        Console.WriteLine(FuzzOptions.Help);
        return 0;
    }

    IReadOnlyList<Func<FuzzTarget>> targets = TargetCatalog.Find(options.Targets);
    if (options.IsList)
    {
        foreach (Func<FuzzTarget> make in targets)
        {
            using FuzzTarget target = make();
            Console.WriteLine($"{target.Name,-22} weight {target.Weight}");
        }

        return 0;
    }

    if (options.NotesPath is null)
    {
        return Supervisor.Run(options, args);
    }

    using CaseNotes notes = new(options.NotesPath);
    return new FuzzRun(options, targets, notes, Console.Out).Run();
}
catch (FormatException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}

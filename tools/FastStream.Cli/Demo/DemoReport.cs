using System.Globalization;
using System.Text.Json.Nodes;
using FastStream.Cli.Output;
using Spectre.Console;

namespace FastStream.Cli.Demo;

/// <summary>The tables at the end of the demo, and half a line of explanation for each figure.</summary>
internal sealed class DemoReport(TextWriter output)
{
    private const int WorstRows = 10;
    private const int FewestFlights = 10;

    private readonly IAnsiConsole _console = Terminal.Create(output);

    /// <summary>Hours with few flights say nothing about an airport.</summary>
    public void WorstAirports(List<JsonObject> windows)
    {
        IEnumerable<JsonObject> worst = windows.Where(w => (long)w["count"]! >= FewestFlights)
            .OrderByDescending(w => (double?)w["mean(delay)"] ?? double.MinValue)
            .Take(WorstRows);
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumns("hour (UTC)", "from");
        foreach (string name in (string[])["flights", "mean", "p95", "max"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (JsonObject window in worst)
        {
            table.AddRow(Text(window["start"]), Text(window["key"]), Text(window["count"]),
                Minutes(window["mean(delay)"]),
                Minutes(window["p95(delay)"]), Minutes(window["max(delay)"]));
        }

        Write($"The worst hours of any airport, by mean delay in minutes ({FewestFlights} flights at least; "
            + $"p95 within 0.4 %)", table);
    }

    public void Lateness(JsonObject ledger)
    {
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumns("view", "waits for late ones");
        table.AddColumn(new TableColumn("late").RightAligned());
        table.AddColumn(new TableColumn("applied").RightAligned());
        foreach (JsonNode? view in ledger["views"]!.AsArray())
        {
            string name = (string)view!["view"]!;
            string waits = name switch
            {
                DemoViews.ByOrigin => "6 hours",
                DemoViews.Impatient => "not at all",
                _ => "",
            };
            if (waits.Length > 0)
            {
                long late = (long)view["late"]! + (long)view["lateAfterIdle"]! + (long)view["lateOnJoin"]!;
                table.AddRow(name, waits, Number(late), Text(view["applied"]));
            }
        }

        Write("Lateness: flights that came when their own source had already moved past their window", table);
    }

    public void Ledger(JsonObject ledger)
    {
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumns("", "of", "equation", "holds");
        foreach (JsonObject row in LedgerRows.Equations(ledger))
        {
            string parts = string.Join(" + ",
                ((string)row["equals"]!).Split(" + ").Where(term => !term.StartsWith("0 ", StringComparison.Ordinal)));
            table.AddRow((string)row["level"]!, (string?)row["name"] ?? "since start",
                $"{Text(row["total"])} {(string)row["left"]!} = {(parts.Length == 0 ? "0" : parts)}",
                    Text(row["balanced"]));
        }

        Write("Ledger: every record has exactly one fate, so each line must add up", table);
    }

    public void Figures(IEnumerable<(string Name, string Value, string Explanation)> figures)
    {
        output.WriteLine("Figures");
        foreach ((string name, string value, string explanation) in figures)
        {
            output.WriteLine($"  {name,-13} {value}");
            output.WriteLine($"  {"",-13} {explanation}");
        }

        output.WriteLine();
    }

    public static string Number(double value)
    {
        return value.ToString("N0", CultureInfo.InvariantCulture);
    }

    public static string Megabytes(double bytes)
    {
        return (bytes / 1e6).ToString("N1", CultureInfo.InvariantCulture) + " MB";
    }

    private static string Text(JsonNode? value)
    {
        return Markup.Escape(RowWriter.Show(value));
    }

    private static string Minutes(JsonNode? value)
    {
        return value is null ? "" : ((double)value).ToString("N1", CultureInfo.InvariantCulture);
    }

    private void Write(string title, Table table)
    {
        output.WriteLine(title);
        _console.Write(table);
        output.WriteLine();
    }
}

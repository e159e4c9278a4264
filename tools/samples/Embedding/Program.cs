using FastStream.Engine;
using FastStream.Engine.Serving;

await using IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions { DataDirectory = args[0] });
IngestionStream flights = engine.Stream("flights", "text (delay)")
    .View("by-origin", "tumbling 1h late 6h by key: count, mean(delay), max(delay)");

using RecordAppender appender = flights.CreateAppender("gate-7"); // one for each thread
uint atl = appender.KeyId("ATL"), ord = appender.KeyId("ORD");
long timeNs = new DateTimeOffset(2001, 6, 13, 8, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000;
ulong position = appender.Append([atl, ord, atl], [timeNs, timeNs + 1, timeNs + 2], [12.0, -3.0, 40.0]);
await appender.WhenDurable(position); // on stable storage: counted exactly once from now on, whatever happens

WindowQuery query = new() { Stream = "flights", View = "by-origin", IncludeOpen = true };
foreach (WindowRow row in (await engine.QueryAsync(query)).Rows)
{
    Console.WriteLine($"{row.KeyText}: {row.Count} flights, mean delay {row.Values[1]}, longest {row.Values[2]} minutes");
}

using FastStream.Engine;
using FastStream.Engine.Serving;

await using IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions { DataDirectory = args[0] });
IngestionStream rooms = engine.Stream("rooms", "u64 (celsius)")
    .View("1m", "tumbling 1m late 1h by key: count, mean(celsius), max(celsius)");

using RecordAppender appender = rooms.CreateAppender("boiler-7"); // one for each thread
ulong[] room = [1, 2, 1, 1];
long[] time = [0, 1_000, 2_000, 60_000_000_000]; // event time: nanoseconds since 1970, UTC
ulong position = appender.Append(room, time, [20.5, 18, 21.5, 23]);
await appender.WhenDurable(position); // on stable storage, and counted once whatever happens now

WindowQuery query = new() { Stream = "rooms", View = "1m", IncludeOpen = true };
foreach (WindowRow row in (await engine.QueryAsync(query)).Rows)
{
    Console.WriteLine($"{row.Start:HH:mm} room {row.Key}: {row.Count} readings, mean {row.Values[1]} C");
}

using System.Globalization;
using System.IO.Compression;
using FastStream.TestKit.Oracle;
using FastStream.TestKit.Processes;

namespace FastStream.TestKit.Generate;

/// <summary>The 200,000 flights that ship with the demo, in the order of their real arrival.</summary>
internal static class Flights
{
    private static readonly Lazy<IReadOnlyList<OracleRecord>> s_all = new(Read);

    /// <summary>Key = airport of departure, event time = scheduled departure, value = delay in minutes.</summary>
    public static IReadOnlyList<OracleRecord> All => s_all.Value;

    /// <summary>
    /// The same flights over several producers, each with the same rows however many records a frame has: by airport
    /// of departure, so that each producer keeps its own real order.
    /// </summary>
    public static IReadOnlyList<OracleRecord> ByProducers(int producerCount) =>
        [.. All.Select(flight => flight with { Producer = NameOf(flight.Key, producerCount) })];

    private static string NameOf(string airport, int producerCount) =>
        string.Create(CultureInfo.InvariantCulture, $"gate-{airport.Sum(letter => letter) % producerCount}");

    private static List<OracleRecord> Read()
    {
        using FileStream file = File.OpenRead(RepositoryFolder.PathOf("tools", "samples", "Flights", "flights.csv.gz"));
        using GZipStream unpacked = new(file, CompressionMode.Decompress);
        using StreamReader reader = new(unpacked);
        if (reader.ReadLine() != "time,origin,destination,delay,distance")
        {
            throw new InvalidDataException("flights.csv.gz has other columns than this reader knows");
        }

        List<OracleRecord> flights = [];
        while (reader.ReadLine() is { } line)
        {
            string[] columns = line.Split(',');
            DateTime time = DateTime.ParseExact(
                columns[0], "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
            long timeNs = (time - DateTime.UnixEpoch).Ticks * 100;
            long delayMinutes = long.Parse(columns[3], CultureInfo.InvariantCulture);
            flights.Add(new OracleRecord("gate-0", columns[1], timeNs, delayMinutes));
        }

        return flights;
    }
}

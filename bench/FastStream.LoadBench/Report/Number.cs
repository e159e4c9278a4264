using System.Globalization;

namespace FastStream.LoadBench.Report;

/// <summary>Numbers as people read them: three or four digits.</summary>
internal static class Number
{
    public static string Show(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}

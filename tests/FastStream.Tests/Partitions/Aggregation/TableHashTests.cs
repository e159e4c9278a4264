using FastStream.Engine.Partitions.Aggregation;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>
/// Goal: keys that follow a rule collide no more than random ones, by the low bits (sparse cells) and by the high ones
/// (the index of dense cells). Method: many hashes, many rules, a table an eighth full.
/// </summary>
public class TableHashTests
{
    private const int KeyCount = 1 << 11;
    private const int PlacesLog2 = 14;
    private const int Hashes = 40;

    private static readonly Dictionary<string, Func<ulong, ulong>> s_rules = MakeRules();

    public static TheoryData<string> Rules { get; } = new([.. s_rules.Keys]);

    [Theory]
    [MemberData(nameof(Rules))]
    public void KeysByARuleSpreadLikeRandomOnes(string rule)
    {
        Random random = new(17);
        byte[] bytes = new byte[TableHash.RandomBytes];
        double worst = 0;
        double sum = 0;
        for (int i = 0; i < Hashes; i++)
        {
            random.NextBytes(bytes);
            TableHash hash = new(bytes);
            double low = ShareOfTaken(key => (hash.Of(s_rules[rule](key)) >> 6) & ((1 << PlacesLog2) - 1));
            double high = ShareOfTaken(key => hash.Of(s_rules[rule](key)) >> (32 - PlacesLog2));
            worst = Math.Max(worst, Math.Max(low, high));
            sum += low + high;
        }

        // Random keys find their place taken 6 times in a hundred, with a deviation of half a hundredth.
        Assert.True(sum / (2 * Hashes) < 0.075 && worst < 0.25, $"mean {sum / (2 * Hashes):0.000}, worst {worst:0.000}");
    }

    private static double ShareOfTaken(Func<ulong, uint> placeOf)
    {
        bool[] places = new bool[1 << PlacesLog2];
        int taken = 0;
        for (ulong key = 0; key < KeyCount; key++)
        {
            ref bool place = ref places[placeOf(key)];
            taken += place ? 1 : 0;
            place = true;
        }

        return taken / (double)KeyCount;
    }

    private static Dictionary<string, Func<ulong, ulong>> MakeRules()
    {
        Dictionary<string, Func<ulong, ulong>> rules = new()
        {
            ["doubles"] = key => BitConverter.DoubleToUInt64Bits(key),
            ["squares"] = key => key * key,
            ["two halves"] = key => (key % 45 << 32) | (key / 45),
        };
        foreach (int shift in new[] { 0, 3, 12, 20, 32, 40, 48, 53 })
        {
            rules[$"steps of 2^{shift}"] = key => key << shift;
        }

        foreach (ulong step in new ulong[] { 7, 10, 1000, 1_000_000_007, 0x1_0000_0001, 0x9E37_79B9_7F4A_7C15 })
        {
            rules[$"steps of {step}"] = key => key * step;
        }

        return rules;
    }
}

using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;

namespace FastStream.Tests.Model;

/// <summary>The generator of the tests and the one of the tool were written apart, from the same definition.</summary>
public sealed class GeneratorAgreementTests
{
    [Theory]
    [InlineData(1UL, "p", false)]
    [InlineData(99UL, "zürich", true)]
    public void BothGeneratorsGiveTheSameRecords(ulong seed, string producer, bool smallKeys)
    {
        RecordGenerator ours = new(producer, seed) { KeyCount = 77, SmallKeys = smallKeys, JitterNs = 5_000_000 };
        FastStream.Cli.Generation.RecordGenerator theirs = new(seed, producer, ours.RecordsPerFrame, ours.KeyCount)
        {
            SmallKeys = smallKeys,
            StartNs = ours.StartNs,
            JitterNs = (long)ours.JitterNs,
        };
        ulong[] keys = new ulong[ours.RecordsPerFrame];
        long[] times = new long[keys.Length];
        double[] values = new double[keys.Length];

        foreach (long sequence in new[] { 1L, 2L, 1_000L })
        {
            theirs.Fill(sequence, keys, times, values);
            ModelRecord[] records = [.. ours.Frame(sequence).Records];
            Assert.Equal(records.Select(record => record.Key), keys);
            Assert.Equal(records.Select(record => record.TimeNs), times);
            Assert.Equal(records.Select(record => record.Values[0]), values);
        }
    }
}

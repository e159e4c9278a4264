using FastStream.Engine.Ingress;
using FastStream.Engine.Partitions;

namespace FastStream.Tests.Ingress;

/// <summary>Rows are sorted by partition alike by the vector kernel, its plain twin and a naive loop.</summary>
public sealed unsafe class OwnerKernelTests
{
    private const int Seed = 83;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(64)]
    public void EveryRowGoesToTheOwnerOfItsKeyInOrder(int partitions)
    {
        Random random = new(Seed);
        foreach (int count in Enumerable.Range(0, 4 * 64 + 2).Append(65_536))
        {
            ulong[] keys = [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
            byte[] expected = [.. keys.Select(key => (byte)SlotHash.PartitionOf(SlotHash.SlotOf(key), partitions))];
            byte[] owners = new byte[count];
            OwnerKernel.FindOwners(keys, partitions, owners);
            Assert.Equal(expected, owners);
            OwnerKernel.FindOwnersPlain(keys, partitions, owners);
            Assert.Equal(expected, owners);

            ushort[] wanted = [.. Enumerable.Range(0, count).OrderBy(row => owners[row]).Select(row => (ushort)row)];
            int[] starts = Place(owners, partitions, isPlain: false, wanted);
            Assert.Equal(Place(owners, partitions, isPlain: true, wanted), starts);
            for (int p = 0; p < partitions; p++)
            {
                Assert.Equal(owners.Count(owner => owner < p), starts[p]);
            }
        }
    }

    private static int[] Place(byte[] owners, int partitions, bool isPlain, ushort[] wanted)
    {
        ushort[] rows = new ushort[owners.Length + 1];
        rows[^1] = 4711;
        int[] starts = new int[partitions + 1];
        fixed (ushort* first = rows)
        {
            if (isPlain)
            {
                OwnerKernel.PlacePlain(owners, first, starts);
            }
            else
            {
                OwnerKernel.Place(owners, first, starts);
            }
        }

        Assert.Equal(wanted, rows[..^1]);
        Assert.Equal(4711, rows[^1]);
        Assert.Equal(owners.Length, starts[^1]);
        return starts;
    }
}

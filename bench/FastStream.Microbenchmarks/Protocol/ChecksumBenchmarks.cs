using BenchmarkDotNet.Attributes;
using FastStream.Microbenchmarks.Quick;
using FastStream.Protocol;

namespace FastStream.Microbenchmarks.Protocol;

/// <summary>Question: what does the CRC32C of 256 KiB cost? One thread, bytes in the cache.</summary>
[MemoryDiagnoser]
public class ChecksumBenchmarks
{
    private const int KiBCount = 256;
    private readonly byte[] _bytes = new byte[KiBCount << 10];

    public ChecksumBenchmarks()
    {
        new Random(2).NextBytes(_bytes);
        Require.Equal(Tables(), Crc(), "checksum");
        Require.Equal(Tables(), Instruction(), "checksum by instruction");
    }

    [Benchmark(OperationsPerInvoke = KiBCount)]
    public uint Crc() => Crc32C.Compute(_bytes);

    [Benchmark(OperationsPerInvoke = KiBCount)]
    public uint Instruction() => ~Crc32C.AppendByInstruction(~0u, _bytes);

    [Benchmark(OperationsPerInvoke = KiBCount, Baseline = true)]
    public uint Tables() => ~Crc32C.AppendByTable(~0u, _bytes);

    internal QuickGroup Quick() => new(
        "checksum of 256 KiB",
        "KiB",
        KiBCount,
        null,
        new QuickCase("Crc32C as this CPU does it best", () => Crc()),
        new QuickCase("rival: the crc32 instruction", () => Instruction()),
        new QuickCase("rival: eight tables", () => Tables()));
}

using System.Globalization;
using FastStream.Protocol;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;
using FastStream.TestKit.Wire;

namespace FastStream.CrashLoop;

/// <summary>
/// Records with text keys: every so often a dictionary frame announces new names, and the data frames after it use
/// them. A server that forgets a dictionary refuses what follows; one that mixes names up has another digest.
/// </summary>
internal sealed class NamedFrames(RecordGenerator records) : ICrashFrames
{
    private const int FramesPerDictionary = 64;
    private const int NamesPerDictionary = 4;

    private static readonly int[] s_fields = [0];

    public ReadOnlySpan<byte> Get(long sequence) =>
        WireFrames.Encode(Make(sequence), textKeys: true, s_fields, EncodingMode.Auto);

    public long RecordsThrough(long sequence) =>
        (sequence - DictionariesThrough(sequence)) * records.RecordsPerFrame;

    private static long DictionariesThrough(long sequence) => (sequence + FramesPerDictionary - 1) / FramesPerDictionary;

    private ModelFrame Make(long sequence)
    {
        long dictionaries = DictionariesThrough(sequence);
        if (sequence % FramesPerDictionary == 1)
        {
            int first = (int)(dictionaries - 1) * NamesPerDictionary;
            return ModelFrame.Dictionary(
                sequence,
                first,
                [.. Enumerable.Range(first, NamesPerDictionary).Select(id => string.Create(CultureInfo.InvariantCulture, $"name-{id}"))]);
        }

        ulong known = (ulong)dictionaries * NamesPerDictionary;
        return ModelFrame.Data(
            sequence,
            [
                .. Enumerable.Range(0, records.RecordsPerFrame)
                    .Select(index => records.Record(sequence, index))
                    .Select(record => record with { Key = record.Key % known }),
            ]);
    }
}

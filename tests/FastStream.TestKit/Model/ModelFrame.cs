using System.Globalization;
using System.Text;

namespace FastStream.TestKit.Model;

/// <summary>A sequenced frame: what one (stream, producer, epoch) sends under one sequence number.</summary>
internal sealed record ModelFrame(ModelFrameKind Kind, long Sequence)
{
    /// <summary>Records of a data frame, in their order.</summary>
    public IReadOnlyList<ModelRecord> Records { get; init; } = [];

    /// <summary>The promised event time of a time frame.</summary>
    public long TimeNs { get; init; }

    /// <summary>First dictionary id of a dictionary frame; ids are dense.</summary>
    public int FirstId { get; init; }

    /// <summary>Names of a dictionary frame.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The frame came whole but cannot be read: journaled as a tombstone.</summary>
    public bool Undecodable { get; init; }

    /// <summary>A data frame.</summary>
    public static ModelFrame Data(long sequence, params ModelRecord[] records) =>
        new(ModelFrameKind.Data, sequence) { Records = records };

    /// <summary>A time frame.</summary>
    public static ModelFrame Time(long sequence, long timeNs) =>
        new(ModelFrameKind.Time, sequence) { TimeNs = timeNs };

    /// <summary>An end frame.</summary>
    public static ModelFrame End(long sequence) => new(ModelFrameKind.End, sequence);

    /// <summary>A dictionary frame.</summary>
    public static ModelFrame Dictionary(long sequence, int firstId, params string[] names) =>
        new(ModelFrameKind.Dictionary, sequence) { FirstId = firstId, Names = names };

    /// <summary>Stands for the content checksum: equal for equal content, whatever object carries it.</summary>
    public string Fingerprint()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Kind} {TimeNs} {FirstId} {Undecodable}");
        text.AppendJoin('|', Names);
        foreach (ModelRecord record in Records)
        {
            text.Append(CultureInfo.InvariantCulture, $";{record.Key},{record.TimeNs}");
            foreach (double value in record.Values)
            {
                text.Append(CultureInfo.InvariantCulture, $",{BitConverter.DoubleToInt64Bits(value):x}");
            }
        }

        return text.ToString();
    }
}

using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FastStream.Engine.Serving;

/// <summary>
/// Writes the canonical dump of state and results and its SHA-256: one text whatever the number of partitions, the
/// sizes of batches, addresses, arrival times and interleaving were. Two engines that agree have equal digests; where
/// they do not, a diff of their dumps shows the line.
/// </summary>
/// <remarks>
/// The caller gives parts in order; rows of one window may come in any order and are sorted here by key, so one
/// window is held at a time. Lines end in \n; the SHA-256 is that of the dump's bytes.
/// <code>
/// faststream digest 1
/// stream NAME TEXT                      streams by name, ordinal
/// producer NAME epoch E last N          its producers by name
/// count LABEL N                         its counters, in their fixed order
/// view NAME TEXT                        its views by name
/// count LABEL N                         the view's counters
/// window START                          its windows by start, closed or still open
/// KEY N BITS BITS ...                   key, records, each value's 64 bits in hexadecimal
/// </code>
/// A u64 key is 16 hexadecimal digits; a text key is its UTF-8 with %, control bytes, space and bytes above 126 as %XX;
/// a row over all has the key *. Every NaN (absent) is written as 7ff8000000000000; -0 is not 0.
/// </remarks>
internal sealed class DigestWriter : IDisposable
{
    private const int FlushBytes = 64 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _text = new(4096);
    private readonly Stream? _dump;
    private readonly List<string> _rows = [];
    private string? _stream;
    private string? _producer;
    private string? _view;
    private long? _window;

    /// <param name="dump">Gets the dump too; may be null. Not disposed.</param>
    internal DigestWriter(Stream? dump = null)
    {
        _dump = dump;
        WriteLine("faststream digest 1");
    }

    /// <summary>Begins a stream; names rise.</summary>
    internal void BeginStream(string name, string text)
    {
        CheckRises(_stream, name);
        EndWindow();
        _stream = name;
        _producer = null;
        _view = null;
        _window = null;
        WriteLine($"stream {name} {text}");
    }

    /// <summary>A producer of the stream; names rise; before the stream's first view.</summary>
    internal void AddProducer(string name, ulong epoch, ulong lastSequence)
    {
        CheckRises(_producer, name);
        if (_stream is null || _view is not null)
        {
            throw new InvalidOperationException("Producers come after their stream and before its views.");
        }

        _producer = name;
        WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"producer {Escape(name)} epoch {epoch} last {lastSequence}"));
    }

    /// <summary>A counter of the stream, or of the view that was begun.</summary>
    internal void AddCount(string label, long count)
    {
        if (_window is not null)
        {
            throw new InvalidOperationException("Counters come before windows.");
        }

        WriteLine(string.Create(CultureInfo.InvariantCulture, $"count {label} {count}"));
    }

    /// <summary>Begins a view of the stream; names rise.</summary>
    internal void BeginView(string name, string text)
    {
        CheckRises(_view, name);
        EndWindow();
        _view = name;
        _window = null;
        WriteLine($"view {name} {text}");
    }

    /// <summary>A row of the view; window starts rise, rows of one window come in any order.</summary>
    internal void AddRow(long startNs, string key, long count, ReadOnlySpan<double> values)
    {
        if (startNs != _window)
        {
            if (_view is null || startNs < _window)
            {
                throw new InvalidOperationException($"Window {startNs} came after window {_window}.");
            }

            EndWindow();
            _window = startNs;
            WriteLine(string.Create(CultureInfo.InvariantCulture, $"window {startNs}"));
        }

        var row = new StringBuilder(key.Length + 24 + values.Length * 17);
        row.Append(key).Append(' ').Append(CultureInfo.InvariantCulture, $"{count}");
        foreach (double value in values)
        {
            long bits = double.IsNaN(value) ? 0x7FF8_0000_0000_0000 : BitConverter.DoubleToInt64Bits(value);
            row.Append(' ').Append(CultureInfo.InvariantCulture, $"{bits:x16}");
        }

        _rows.Add(row.ToString());
    }

    /// <summary>Ends the dump: its SHA-256 in lower-case hexadecimal.</summary>
    internal string Complete()
    {
        EndWindow();
        Flush();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    /// <summary>How a row's key is written.</summary>
    internal static string KeyOf(ulong key, string? keyText, bool isOverAll) =>
        isOverAll ? "*" : keyText is null ? key.ToString("x16", CultureInfo.InvariantCulture) : Escape(keyText);

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            if (value is > 0x20 and < 0x7F and not (byte)'%')
            {
                escaped.Append((char)value);
            }
            else
            {
                escaped.Append('%').Append(CultureInfo.InvariantCulture, $"{value:X2}");
            }
        }

        return escaped.ToString();
    }

    private static void CheckRises(string? last, string name)
    {
        if (last is not null && string.CompareOrdinal(last, name) >= 0)
        {
            throw new InvalidOperationException($"\"{name}\" came after \"{last}\".");
        }
    }

    private void EndWindow()
    {
        // A key has one row a window, and keys hold no space: whole lines sort as their keys do, up to a prefix rule
        // that is the same everywhere.
        _rows.Sort(string.CompareOrdinal);
        foreach (string row in _rows)
        {
            WriteLine(row);
        }

        _rows.Clear();
    }

    private void WriteLine(string line)
    {
        Encoding.UTF8.GetBytes(line, _text);
        _text.Write("\n"u8);
        if (_text.WrittenCount >= FlushBytes)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _hash.AppendData(_text.WrittenSpan);
        _dump?.Write(_text.WrittenSpan);
        _text.ResetWrittenCount();
    }
}

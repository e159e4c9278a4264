using System.Buffers.Binary;

namespace FastStream.Fuzz;

/// <summary>Spoils inputs: bits, numbers, lengths, sections.</summary>
internal sealed class Mutator
{
    private const int LongestSection = 4096;

    private readonly byte[] _section = new byte[LongestSection];

    /// <summary>One change; <paramref name="other"/> is another valid input, to take pieces from.</summary>
    public void Change(FuzzRandom random, InputBuffer input, InputBuffer other)
    {
        if (input.Length == 0)
        {
            input.Append(other.Written[..Math.Min(other.Length, random.Below(65))]);
            return;
        }

        switch (random.Below(16))
        {
            case 0 or 1:
                input.Written[random.Below(input.Length)] ^= (byte)(1 << random.Below(8));
                break;
            case 2:
                input.Written[random.Below(input.Length)] = (byte)random.EdgeNumber();
                break;
            case 3 or 4 or 5:
                SetNumber(random, input.Written);
                break;
            case 6 or 7:
                AddToNumber(random, input.Written);
                break;
            case 8:
                input.SetLength(random.Below(input.Length)); // truncated
                break;
            case 9:
                AppendNoise(random, input);
                break;
            case 10:
                input.Remove(PickSection(random, input.Length, out int removed), removed);
                break;
            case 11:
                Duplicate(random, input);
                break;
            case 12:
                Swap(random, input.Written);
                break;
            case 13:
                Splice(random, input, other);
                break;
            case 14:
                input.Written.Slice(PickSection(random, input.Length, out int filled), filled)
                    .Fill(random.OneIn(2) ? (byte)0 : (byte)random.Next());
                break;
            default:
                random.Fill(input.Written.Slice(PickSection(random, input.Length, out int count), Math.Min(count, 64)));
                break;
        }
    }

    // Numbers mostly stand at multiples of their size.
    private static Span<byte> PickNumber(FuzzRandom random, Span<byte> bytes)
    {
        int width = Math.Min(1 << random.Below(4), bytes.Length);
        int at = random.Below(bytes.Length - width + 1);
        return bytes.Slice(random.OneIn(4) ? at : at / width * width, width);
    }

    private static void SetNumber(FuzzRandom random, Span<byte> bytes)
    {
        Span<byte> number = PickNumber(random, bytes);
        Write(number, random.EdgeNumber());
    }

    private static void AddToNumber(FuzzRandom random, Span<byte> bytes)
    {
        Span<byte> number = PickNumber(random, bytes);
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        number.CopyTo(wide);
        ulong step = (ulong)random.Pick<int>([1, -1, 2, -2, 3, 4, -4, 8, 32, -32, 63, 64, -64, 65]);
        Write(number, BinaryPrimitives.ReadUInt64LittleEndian(wide) + step);
    }

    private static void Write(Span<byte> number, ulong value)
    {
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(wide, value);
        wide[..number.Length].CopyTo(number);
    }

    private void AppendNoise(FuzzRandom random, InputBuffer input)
    {
        Span<byte> noise = _section.AsSpan(0, random.Skewed(512) + 1);
        noise.Clear();
        if (random.OneIn(2))
        {
            random.Fill(noise);
        }

        input.Append(noise);
    }

    private void Duplicate(FuzzRandom random, InputBuffer input)
    {
        int from = PickSection(random, input.Length, out int count);
        input.Written.Slice(from, count).CopyTo(_section);
        int copies = random.OneIn(8) ? random.Between(1, 32) : 1;
        int at = random.OneIn(2) ? from : random.Below(input.Length + 1);
        for (int copy = 0; copy < copies; copy++)
        {
            input.Insert(at, _section.AsSpan(0, count));
        }
    }

    private void Swap(FuzzRandom random, Span<byte> bytes)
    {
        if (bytes.Length < 2)
        {
            return;
        }

        int unit = random.OneIn(2) && bytes.Length >= 128 ? 64 : 1;
        int units = bytes.Length / unit;
        int length = Math.Min(LongestSection, random.Between(1, Math.Max(1, units / 2)) * unit);
        int one = random.Below((bytes.Length - length) / unit + 1) * unit;
        int two = random.Below((bytes.Length - length) / unit + 1) * unit;
        if (Math.Abs(one - two) >= length)
        {
            bytes.Slice(one, length).CopyTo(_section);
            bytes.Slice(two, length).CopyTo(bytes[one..]);
            _section.AsSpan(0, length).CopyTo(bytes[two..]);
        }
    }

    private static void Splice(FuzzRandom random, InputBuffer input, InputBuffer other)
    {
        if (other.Length == 0)
        {
            return;
        }

        int at = random.Below(input.Length + 1);
        int from = random.OneIn(2) ? Math.Min(at, other.Length - 1) : random.Below(other.Length);
        input.SetLength(at);
        input.Append(other.Written[from..]);
    }

    private static int PickSection(FuzzRandom random, int length, out int count)
    {
        count = Math.Min(LongestSection, random.Skewed(length - 1) + 1);
        int from = random.Below(length - count + 1);
        if (random.OneIn(2) && from + 64 <= length)
        {
            from &= ~63;
        }

        count = Math.Min(count, length - from);
        return from;
    }
}

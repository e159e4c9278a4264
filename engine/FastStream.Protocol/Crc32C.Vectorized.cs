using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastStream.Protocol;

/// <content>
/// Folding by carry-less multiplication (V. Gopal and others, "Fast CRC Computation for Generic Polynomials Using
/// PCLMULQDQ", Intel 2009): a block is replaced by a shorter one that has the same remainder. Bits are reflected, so a
/// 128-bit lane is moved D bits on by multiplying its low half by x^(D+32) and its high half by x^(D-32) modulo the
/// polynomial, each written reversed and shifted left by one. What is left goes through the CRC instruction.
/// </content>
public static partial class Crc32C
{
    private static readonly Vector128<ulong> s_by128Bits = FoldFactors(128);
    private static readonly Vector128<ulong> s_by512Bits = FoldFactors(512);
    private static readonly Vector128<ulong> s_by2048Bits = FoldFactors(2048);

    internal static bool Folding128IsSupported => Pclmulqdq.IsSupported && Sse42.X64.IsSupported;

    internal static bool Folding512IsSupported => Pclmulqdq.V512.IsSupported && Sse42.X64.IsSupported;

    // SAFETY of both: the caller gives at least one whole step; each load is inside the step that the loop condition
    // has counted, so no byte outside the span is read.
    internal static uint Fold512(uint running, ReadOnlySpan<byte> source)
    {
        const int Step = 4 * 64;
        Debug.Assert(source.Length >= Step, "One whole step is needed.");
        ref byte start = ref MemoryMarshal.GetReference(source);
        Vector512<ulong> a = Load512(ref start, 0) ^ Vector512.CreateScalar((ulong)running);
        Vector512<ulong> b = Load512(ref start, 64);
        Vector512<ulong> c = Load512(ref start, 128);
        Vector512<ulong> d = Load512(ref start, 192);
        Vector512<ulong> factors = Vector512.Create(Vector256.Create(s_by2048Bits, s_by2048Bits),
            Vector256.Create(s_by2048Bits, s_by2048Bits));
        int offset = Step;
        for (; offset <= source.Length - Step; offset += Step)
        {
            a = Fold(a, factors, Load512(ref start, offset));
            b = Fold(b, factors, Load512(ref start, offset + 64));
            c = Fold(c, factors, Load512(ref start, offset + 128));
            d = Fold(d, factors, Load512(ref start, offset + 192));
        }

        factors = Vector512.Create(Vector256.Create(s_by512Bits, s_by512Bits),
            Vector256.Create(s_by512Bits, s_by512Bits));
        a = Fold(Fold(Fold(a, factors, b), factors, c), factors, d);
        for (; offset <= source.Length - 64; offset += 64)
        {
            a = Fold(a, factors, Load512(ref start, offset));
        }

        uint rest = 0;
        for (int word = 0; word < Vector512<ulong>.Count; word++)
        {
            rest = (uint)Sse42.X64.Crc32(rest, a.GetElement(word));
        }

        return AppendByInstruction(rest, source[offset..]);
    }

    internal static uint Fold128(uint running, ReadOnlySpan<byte> source)
    {
        const int Step = 4 * 16;
        Debug.Assert(source.Length >= Step, "One whole step is needed.");
        ref byte start = ref MemoryMarshal.GetReference(source);
        Vector128<ulong> a = Load128(ref start, 0) ^ Vector128.CreateScalar((ulong)running);
        Vector128<ulong> b = Load128(ref start, 16);
        Vector128<ulong> c = Load128(ref start, 32);
        Vector128<ulong> d = Load128(ref start, 48);
        Vector128<ulong> factors = s_by512Bits;
        int offset = Step;
        for (; offset <= source.Length - Step; offset += Step)
        {
            a = Fold(a, factors, Load128(ref start, offset));
            b = Fold(b, factors, Load128(ref start, offset + 16));
            c = Fold(c, factors, Load128(ref start, offset + 32));
            d = Fold(d, factors, Load128(ref start, offset + 48));
        }

        factors = s_by128Bits;
        a = Fold(Fold(Fold(a, factors, b), factors, c), factors, d);
        for (; offset <= source.Length - 16; offset += 16)
        {
            a = Fold(a, factors, Load128(ref start, offset));
        }

        uint rest = (uint)Sse42.X64.Crc32(0, a.GetElement(0));
        rest = (uint)Sse42.X64.Crc32(rest, a.GetElement(1));
        return AppendByInstruction(rest, source[offset..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Fold(Vector512<ulong> value, Vector512<ulong> factors, Vector512<ulong> next) =>
        Pclmulqdq.V512.CarrylessMultiply(value, factors, 0x00)
            ^ Pclmulqdq.V512.CarrylessMultiply(value, factors, 0x11)
            ^ next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Fold(Vector128<ulong> value, Vector128<ulong> factors, Vector128<ulong> next) =>
        Pclmulqdq.CarrylessMultiply(value, factors, 0x00)
            ^ Pclmulqdq.CarrylessMultiply(value, factors, 0x11)
            ^ next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Load512(ref byte start, int offset) =>
        Vector512.LoadUnsafe(ref start, (nuint)offset).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Load128(ref byte start, int offset) =>
        Vector128.LoadUnsafe(ref start, (nuint)offset).AsUInt64();

    private static Vector128<ulong> FoldFactors(int distanceBits) =>
        Vector128.Create(PowerOfX(distanceBits + 32), PowerOfX(distanceBits - 32));

    // x^exponent modulo the polynomial, reversed (bit 31 is x^0), shifted left by one for the reflected product.
    private static ulong PowerOfX(int exponent)
    {
        uint power = 0x8000_0000;
        for (int step = 0; step < exponent; step++)
        {
            power = (power >> 1) ^ (ReversedPolynomial & (0u - (power & 1)));
        }

        return (ulong)power << 1;
    }
}

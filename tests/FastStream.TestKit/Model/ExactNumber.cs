using System.Numerics;

namespace FastStream.TestKit.Model;

/// <summary>
/// A rational number of any size. Every finite double is one, so sums, means and variances of the model have no
/// rounding at all until <see cref="ToDouble"/>, which rounds once, to nearest, ties to even.
/// </summary>
internal readonly record struct ExactNumber(BigInteger Numerator, BigInteger Denominator)
{
    /// <summary>Zero.</summary>
    public static readonly ExactNumber Zero = new(BigInteger.Zero, BigInteger.One);

    /// <summary>A whole number.</summary>
    public static ExactNumber FromWhole(BigInteger value) => new(value, BigInteger.One);

    /// <summary>The exact value of a finite double: mantissa times a power of two.</summary>
    public static ExactNumber From(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "only finite values have an exact form");
        }

        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long fraction = bits & 0xF_FFFF_FFFF_FFFF;
        long mantissa = exponent == 0 ? fraction : fraction | (1L << 52);
        int power = Math.Max(exponent, 1) - 1075;
        int zeros = mantissa == 0 ? 0 : BitOperations.TrailingZeroCount(mantissa);
        mantissa >>= zeros;
        power = mantissa == 0 ? 0 : power + zeros;
        BigInteger signed = bits < 0 ? -mantissa : mantissa;
        return power >= 0
            ? new ExactNumber(signed << power, BigInteger.One)
            : new ExactNumber(signed, BigInteger.One << -power);
    }

    /// <summary>Sum; denominators that are powers of two stay so.</summary>
    public static ExactNumber operator +(ExactNumber left, ExactNumber right)
    {
        if (left.Denominator == right.Denominator)
        {
            return new ExactNumber(left.Numerator + right.Numerator, left.Denominator);
        }

        BigInteger divisor = BigInteger.GreatestCommonDivisor(left.Denominator, right.Denominator);
        BigInteger leftFactor = right.Denominator / divisor;
        BigInteger rightFactor = left.Denominator / divisor;
        return new ExactNumber(
            (left.Numerator * leftFactor) + (right.Numerator * rightFactor), left.Denominator * leftFactor);
    }

    /// <summary>Difference.</summary>
    public static ExactNumber operator -(ExactNumber left, ExactNumber right) =>
        left + new ExactNumber(-right.Numerator, right.Denominator);

    /// <summary>Product.</summary>
    public static ExactNumber operator *(ExactNumber left, ExactNumber right) =>
        new(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    /// <summary>Quotient by a positive whole number.</summary>
    public ExactNumber DividedBy(BigInteger divisor) => new(Numerator, Denominator * divisor);

    /// <summary>The nearest double, ties to even; infinity beyond the range.</summary>
    public double ToDouble()
    {
        if (Numerator.IsZero)
        {
            return 0;
        }

        // A quotient of at least 65 bits with a sticky last bit decides every rounding to 53 bits or fewer.
        BigInteger magnitude = BigInteger.Abs(Numerator);
        int shift = 66 - (int)(magnitude.GetBitLength() - Denominator.GetBitLength());
        BigInteger top = shift > 0 ? magnitude << shift : magnitude;
        BigInteger bottom = shift > 0 ? Denominator : Denominator << -shift;
        BigInteger quotient = BigInteger.DivRem(top, bottom, out BigInteger remainder);
        if (!remainder.IsZero)
        {
            quotient |= BigInteger.One;
        }

        int exponent = (int)quotient.GetBitLength() - shift;   // the value is below 2^exponent
        int keptBits = Math.Min(53, exponent + 1074);          // fewer in the subnormal range
        if (keptBits < 0)
        {
            return Numerator.Sign < 0 ? -0.0 : 0.0;
        }

        int droppedBits = (int)quotient.GetBitLength() - keptBits;
        BigInteger kept = quotient >> droppedBits;
        BigInteger rest = quotient - (kept << droppedBits);
        BigInteger half = BigInteger.One << (droppedBits - 1);
        if (rest > half || (rest == half && !kept.IsEven))
        {
            kept += BigInteger.One;
        }

        double result = Math.ScaleB((double)kept, exponent - keptBits);
        return Numerator.Sign < 0 ? -result : result;
    }
}

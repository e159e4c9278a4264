using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FastStream.Engine.Definitions;

/// <summary>
/// Reads words, numbers and signs of a definition's text form from left to right; knows the column for errors.
/// </summary>
internal sealed class DefinitionReader
{
    private readonly string _subject;
    private readonly string _text;
    private int _position;

    /// <param name="subject">What is being defined, for the start of an error: <c>view "by-origin"</c>.</param>
    /// <param name="text">The text form.</param>
    public DefinitionReader(string subject, string text)
    {
        _subject = subject;
        _text = text;
        if (text.Length > DefinitionLimits.MaxTextLength)
        {
            Fail($"{text.Length} characters are too many: keep to {DefinitionLimits.MaxTextLength}", 0);
        }

        SkipSpaces();
    }

    /// <summary>True when nothing but white space is left.</summary>
    public bool AtEnd => _position == _text.Length;

    /// <summary>Where the next word or sign starts.</summary>
    public int Position => _position;

    /// <summary>Takes the sign if it comes next.</summary>
    public bool TrySign(string sign)
    {
        if (!_text.AsSpan(_position).StartsWith(sign))
        {
            return false;
        }

        _position += sign.Length;
        SkipSpaces();
        return true;
    }

    /// <summary>Takes the word if it comes next as a whole word.</summary>
    public bool TryWord(string word)
    {
        if (!PeekWord().SequenceEqual(word))
        {
            return false;
        }

        _position += word.Length;
        SkipSpaces();
        return true;
    }

    public void ExpectSign(string sign)
    {
        if (!TrySign(sign))
        {
            FailExpected($"\"{sign}\"");
        }
    }

    public void ExpectWord(string word)
    {
        if (!TryWord(word))
        {
            FailExpected($"\"{word}\"");
        }
    }

    /// <summary>A field or aggregate name.</summary>
    public string ReadName(string what)
    {
        ReadOnlySpan<char> word = PeekWord();
        if (!DefinitionNames.IsFieldName(word))
        {
            FailExpected($"{what} ({DefinitionNames.FieldForm})");
        }

        string name = word.ToString();
        _position += name.Length;
        SkipSpaces();
        return name;
    }

    public bool StartsName => !AtEnd && DefinitionNames.IsFieldStart(_text[_position]);

    public bool StartsNumber => !AtEnd && (char.IsAsciiDigit(_text[_position]) || _text[_position] == '.');

    public long ReadDuration(string what)
    {
        int end = _position;
        while (end < _text.Length && char.IsAsciiLetterOrDigit(_text[end]))
        {
            end++;
        }

        if (!DurationText.TryParse(_text.AsSpan(_position, end - _position), out long durationNs))
        {
            FailExpected($"{what} such as 500ms, 10s, 5m, 1h or 7d");
        }

        _position = end;
        SkipSpaces();
        return durationNs;
    }

    /// <summary>A finite number, with a sign before it only where the caller allows one.</summary>
    public double ReadNumber(string what, bool signed)
    {
        int start = _position;
        int end = start;
        if (signed && end < _text.Length && _text[end] is '-' or '+')
        {
            end++;
        }

        end = SkipDigits(end);
        // A dot belongs to the number only before a digit: "0..5" is a range of two numbers.
        if (end + 1 < _text.Length && _text[end] == '.' && char.IsAsciiDigit(_text[end + 1]))
        {
            end = SkipDigits(end + 1);
        }

        if (end > start && end < _text.Length && _text[end] is 'e' or 'E')
        {
            int exponent = end + 1;
            exponent += exponent < _text.Length && _text[exponent] is '-' or '+' ? 1 : 0;
            end = exponent < _text.Length && char.IsAsciiDigit(_text[exponent]) ? SkipDigits(exponent) : end;
        }

        if (!double.TryParse(
                _text.AsSpan(start, end - start), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            || !double.IsFinite(value))
        {
            FailExpected($"{what}, a finite number");
        }

        _position = end;
        SkipSpaces();
        return value;
    }

    public void ExpectEnd()
    {
        if (!AtEnd)
        {
            FailExpected("the end");
        }
    }

    /// <summary>Fails with what should have come here and what is there instead.</summary>
    [DoesNotReturn]
    public void FailExpected(string expected)
    {
        string found = AtEnd ? "the end" : $"\"{_text.AsSpan(_position, int.Min(24, _text.Length - _position))}\"";
        Fail($"found {found}: write {expected} here", _position);
    }

    [DoesNotReturn]
    public void Fail(string fault, int position) =>
        throw new DefinitionException($"{_subject}: at column {position + 1}: {fault}");

    private ReadOnlySpan<char> PeekWord()
    {
        int end = _position;
        while (end < _text.Length && DefinitionNames.IsNameCharacter(_text[end]))
        {
            end++;
        }

        return _text.AsSpan(_position, end - _position);
    }

    private int SkipDigits(int from)
    {
        while (from < _text.Length && char.IsAsciiDigit(_text[from]))
        {
            from++;
        }

        return from;
    }

    private void SkipSpaces()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FastStream.Server.Questions;

/// <summary>
/// An answer: properties, and for most one list. Over HTTP it is one object; over a frame connection the properties
/// are one line and each item of the list another.
/// </summary>
internal sealed record JsonAnswer
{
    private const int FlushBytes = 64 << 10;

    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the answer is JSON and never part of a page
        SkipValidation = true,
    };

    /// <summary>Writes the properties before the list.</summary>
    public Action<Utf8JsonWriter>? Head { get; init; }

    /// <summary>Name of the list; null where there is none.</summary>
    public string? ListName { get; init; }

    public int ItemCount { get; init; }

    /// <summary>Writes one item, an object with its braces.</summary>
    public Action<Utf8JsonWriter, int>? Item { get; init; }

    /// <summary>Writes the properties after the list.</summary>
    public Action<Utf8JsonWriter>? Tail { get; init; }

    /// <summary>Writes one JSON object; hands on what there is now and then.</summary>
    public async Task WriteObjectAsync(Func<ReadOnlyMemory<byte>, Task> write)
    {
        ArrayBufferWriter<byte> bytes = new(1024);
        Utf8JsonWriter json = new(bytes, s_options);
        await using (json.ConfigureAwait(false))
        {
            json.WriteStartObject();
            Head?.Invoke(json);
            if (ListName is not null)
            {
                json.WriteStartArray(ListName);
                for (int i = 0; i < ItemCount; i++)
                {
                    Item!(json, i);
                    if (json.BytesPending + bytes.WrittenCount > FlushBytes)
                    {
                        await json.FlushAsync().ConfigureAwait(false);
                        await write(bytes.WrittenMemory).ConfigureAwait(false);
                        bytes.ResetWrittenCount();
                    }
                }

                json.WriteEndArray();
            }

            Tail?.Invoke(json);
            json.WriteEndObject();
        }

        await write(bytes.WrittenMemory).ConfigureAwait(false);
    }

    /// <summary>Writes lines; hands on whole ones now and then.</summary>
    public async Task WriteLinesAsync(Func<ReadOnlyMemory<byte>, Task> write)
    {
        ArrayBufferWriter<byte> bytes = new(1024);
        if (Head is not null || Tail is not null)
        {
            AddLine(bytes, json =>
            {
                json.WriteStartObject();
                Head?.Invoke(json);
                Tail?.Invoke(json);
                json.WriteEndObject();
            });
        }

        for (int i = 0; i < ItemCount; i++)
        {
            int item = i;
            AddLine(bytes, json => Item!(json, item));
            if (bytes.WrittenCount > FlushBytes)
            {
                await write(bytes.WrittenMemory).ConfigureAwait(false);
                bytes.ResetWrittenCount();
            }
        }

        if (bytes.WrittenCount > 0)
        {
            await write(bytes.WrittenMemory).ConfigureAwait(false);
        }
    }

    /// <summary>Adds one value and the end of its line.</summary>
    public static void AddLine(ArrayBufferWriter<byte> bytes, Action<Utf8JsonWriter> value)
    {
        using (Utf8JsonWriter json = new(bytes, s_options))
        {
            value(json);
        }

        bytes.Write("\n"u8);
    }
}

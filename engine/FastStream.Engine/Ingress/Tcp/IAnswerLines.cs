namespace FastStream.Engine.Ingress.Tcp;

/// <summary>Where an answer's JSON lines go, piece by piece.</summary>
internal interface IAnswerLines
{
    /// <summary>Takes whole lines; completes when there is room for more.</summary>
    Task WriteAsync(ReadOnlyMemory<byte> lines);
}

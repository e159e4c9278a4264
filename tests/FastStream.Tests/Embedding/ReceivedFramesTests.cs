using FastStream.Engine;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Protocol;
using FastStream.Tests.Ingress.Tcp;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastStream.Tests.Embedding;

/// <summary>
/// Goal: who has received small frames takes them through the loops before it waits for more. Method: a connection to
/// an engine whose loops do nothing of their own accord.
/// </summary>
public sealed class ReceivedFramesTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task FramesThatCameAreAckedThoughNoOtherFollowsAndNoLoopWakes()
    {
        HeldDriver driver = new();
        await using IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions { Ephemeral = true, Driver = driver });
        await using FrameListener listener = FrameListener.Bind(new FrameListenerOptions { Port = 0 }, NullLogger.Instance);
        listener.Start(engine.Core, questions: null);
        using FrameClient client = await FrameClient.OpenAsync(listener.EndPoint.Port, producer: "p", level: AckLevel.Applied);
        for (ulong n = 1; n <= 5; n++)
        {
            driver.StepAll(); // all rest again; the connection waits for bytes
            await client.SendAsync(DataFrames.Data(n));
            Assert.Equal(n, (await client.ReadAsync().WaitAsync(s_deadline)).Ack().Last);
        }
    }
}

using System.Globalization;
using FastStream.Protocol;
using FastStream.Simulation.Checks;
using FastStream.Simulation.Driving;
using FastStream.Simulation.Scenario;
using FastStream.TestKit.Model;
using FastStream.TestKit.Wire;

namespace FastStream.Simulation.Network;

/// <summary>
/// An honest producer: makes frames, sends them in their order within its window, sends them again when they were
/// refused for now or its connection broke, and goes on where the engine's welcome says.
/// </summary>
internal sealed class SimulatedProducer(ProducerPlan plan, JournalHistory journal, VirtualClock clock, bool resendsAll)
{
    private const int RetryMs = 20;
    private const long Second = 1_000_000_000;

    private static readonly int[] s_columns = [0, 1];

    private readonly List<SentFrame> _frames = []; // of this epoch, by sequence
    private readonly Dictionary<int, int> _ids = [];
    private int _next; // index of the frame to be sent next
    private long _retryAtMs;
    private bool _isWelcome; // it has taken what the engine's welcome says

    public ProducerPlan Plan => plan;

    public SimulatedConnection? Connection { get; private set; }

    /// <summary>0 until the engine has given one.</summary>
    public ulong Epoch { get; private set; }

    /// <summary>All frames of this epoch.</summary>
    public IReadOnlyList<SentFrame> Frames => _frames;

    /// <summary>All it has made is with the engine, and it has heard so where it asked to.</summary>
    public bool IsDone =>
        Connection is { IsLive: true, IsQuiet: true }
        && _next == _frames.Count
        && (plan.Level == AckLevel.None || _frames.TrueForAll(frame => frame.IsAnswered));

    /// <summary>The connection is gone; another one will be made.</summary>
    public void Disconnect()
    {
        Connection?.Cut();
        Connection = null;
    }

    /// <summary>Opens another connection; the engine says later what it has.</summary>
    public void Connect(Func<ProducerPlan, ulong, SimulatedConnection> connect, bool takesNewEpoch)
    {
        Connection = connect(plan, takesNewEpoch || Connection is { IsFenced: true } ? 0 : Epoch);
        _isWelcome = false;
    }

    /// <summary>Does one thing: takes an answer or sends a frame. False when there is nothing to do.</summary>
    public bool Step()
    {
        if (Connection is not { IsLive: true } live || clock.ElapsedMs < _retryAtMs)
        {
            return false;
        }

        if (!_isWelcome)
        {
            TakeWelcome(live);
            return true;
        }

        if (live.HasReply)
        {
            Take(live.Receive());
            return true;
        }

        if (_next < _frames.Count && live.InFlight < plan.Window)
        {
            live.Send(_frames[_next++].Bytes);
            return true;
        }

        return false;
    }

    /// <summary>Makes frames with records around now, and the names they need before.</summary>
    public void MakeData(SimulationRandom random)
    {
        ModelRecord[] records = new ModelRecord[random.OneIn(10) ? random.Next(20, 60) : random.Next(1, 7)];
        int[] keys = [.. records.Select(_ => random.Next(plan.Stream.KeyCount))];
        AnnounceNames(keys);
        for (int i = 0; i < records.Length; i++)
        {
            ulong key = plan.Stream.IsText ? (ulong)_ids[keys[i]] : (ulong)keys[i];
            records[i] = new ModelRecord(key, DrawTime(random), DrawValue(random), DrawValue(random));
        }

        Make(ModelFrame.Data(_frames.Count + 1, records), random.OneIn(2), random.OneIn(3));
    }

    /// <summary>Makes a frame that cannot be read.</summary>
    public void MakeUnreadable(SimulationRandom random) => Make(
        ModelFrame.Data(_frames.Count + 1, new ModelRecord(0, DrawTime(random), 1, 2)) with { Undecodable = true }, raw: true, compress: false);

    /// <summary>Makes a time frame.</summary>
    public void MakePromise(SimulationRandom random) =>
        Make(ModelFrame.Time(_frames.Count + 1, clock.NowNs + (random.Next(-60, 3) * Second)), raw: true, compress: false);

    /// <summary>Makes an end frame.</summary>
    public void MakeEnd() => Make(ModelFrame.End(_frames.Count + 1), raw: true, compress: false);

    /// <summary>Sends a frame again that was acked as durable.</summary>
    public void SendDuplicate(SimulationRandom random)
    {
        if (Pick(random) is SentFrame frame)
        {
            Connection!.Send(frame.Bytes);
        }
    }

    /// <summary>Sends another frame under a number that was acked as durable.</summary>
    public void SendReused(SimulationRandom random)
    {
        if (Pick(random) is SentFrame frame)
        {
            frame.IsNumberReused = true;
            ModelFrame other = ModelFrame.Time(frame.Model.Sequence, clock.NowNs - random.Next(1 << 30));
            Connection!.Send(Encode(other, raw: true, compress: false));
        }
    }

    /// <summary>Sends a frame whose number is too high: it must leave no trace.</summary>
    public void SendGap(SimulationRandom random)
    {
        if (Connection is { IsLive: true } live && _isWelcome)
        {
            ModelFrame frame = ModelFrame.Time(_frames.Count + 2 + random.Next(3), clock.NowNs);
            live.Send(Encode(frame, raw: true, compress: false));
        }
    }

    private static double DrawValue(SimulationRandom random) => random.Next(40) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        _ => random.Next(-950, 951),
    };

    private static string NameOf(int key) => string.Create(CultureInfo.InvariantCulture, $"key {key}");

    // Mostly close behind now; some far back, some around the future bound of five minutes.
    private long DrawTime(SimulationRandom random) => clock.NowNs + (Second * random.Next(16) switch
    {
        0 => random.Next(-150, -40),
        1 => random.Next(298, 303),
        2 => random.Next(5, 40),
        _ => random.Next(-20, 4),
    }) + random.Next(1_000);

    private SentFrame? Pick(SimulationRandom random)
    {
        List<SentFrame> known = _frames.FindAll(frame => frame.IsPromisedDurable);
        return known.Count > 0 && Connection is { IsLive: true } && _isWelcome ? known[random.Next(known.Count)] : null;
    }

    private void AnnounceNames(int[] keys)
    {
        int[] fresh = [.. keys.Distinct().Where(key => !_ids.ContainsKey(key))];
        if (plan.Stream.IsText && fresh.Length > 0)
        {
            int firstId = _ids.Count;
            Array.ForEach(fresh, key => _ids.Add(key, _ids.Count));
            Make(ModelFrame.Dictionary(_frames.Count + 1, firstId, [.. fresh.Select(NameOf)]), raw: true, compress: false);
        }
    }

    private void Make(ModelFrame model, bool raw, bool compress)
    {
        if (Epoch != 0)
        {
            SentFrame frame = new(model, Encode(model, raw, compress));
            _frames.Add(frame);
            journal.Announce(plan, Epoch, frame);
        }
    }

    private byte[] Encode(ModelFrame frame, bool raw, bool compress) => WireFrames.Encode(
        frame, plan.Stream.IsText, s_columns, raw ? EncodingMode.Raw : EncodingMode.Auto, compress);

    private void TakeWelcome(SimulatedConnection live)
    {
        _isWelcome = true;
        if (live.Epoch != Epoch)
        {
            Epoch = live.Epoch;
            _frames.Clear();
            _ids.Clear();
        }

        if (live.LastSequence > (ulong)_frames.Count)
        {
            throw new SimulationFailure($"the engine welcomes {plan.Name} with frame {live.LastSequence}, and {_frames.Count} were sent");
        }

        int known = (int)live.LastSequence;
        int unanswered = _frames.FindIndex(frame => !frame.IsAnswered);
        _frames[..known].ForEach(frame => frame.IsAnswered = true);
        _next = resendsAll && unanswered >= 0 ? Math.Min(unanswered, known) : known;
    }

    private void Take(in Reply reply)
    {
        switch (reply.Code)
        {
            case ErrorCode.None:
                for (ulong sequence = reply.First; sequence <= reply.Last; sequence++)
                {
                    _frames[(int)sequence - 1].IsAnswered = true;
                }

                break;
            case ErrorCode.OutOfSequence:
                _next = (int)Math.Min(reply.Last - 1, (ulong)_frames.Count);
                break;
            case ErrorCode.DiskFull:
                _next = (int)Math.Min(reply.Last - 1, (ulong)_frames.Count);
                _retryAtMs = clock.ElapsedMs + RetryMs;
                break;
            case ErrorCode.Faulted or ErrorCode.Fenced or ErrorCode.UnknownSchema:
                Disconnect();
                break;
            default:
                if (reply.First <= (ulong)_frames.Count)
                {
                    _frames[(int)reply.First - 1].IsAnswered = true; // refused for good
                }

                break;
        }
    }
}

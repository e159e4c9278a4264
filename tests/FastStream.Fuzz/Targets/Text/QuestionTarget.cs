using FastStream.Server.Questions;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>A question's path and query string, and each kind of parameter.</summary>
internal sealed class QuestionTarget : TextTarget
{
    private static readonly string[] s_names = ["stream", "view", "key", "from", "to", "limit", "open"];

    public override string Name => "http-question";

    public override int Weight => 15;

    public override IReadOnlyList<string> Words { get; } =
        [.. s_names, "v1/", "/", "?", "&", "=", "%20", "%C3%BC", "%00", "%", "+", "true", "2001-06-01", "10000", "windows"];

    protected override string Write(FuzzRandom random)
    {
        string text = random.OneIn(2) ? "/v1/windows?stream=flights&view=by-origin" : "windows?stream=a%20b&view=v";
        text += random.OneIn(2) ? $"&from={random.Next()}" : "&from=2001-06-01T13:00:00Z&to=2002-01-01";
        return text + (random.OneIn(2) ? $"&limit={random.Between(1, 1000)}&open=true" : "&key=ATL");
    }

    public override bool ValidInputsParse => false; // half of the u64 times are beyond i64

    protected override bool Parse(string text)
    {
        Question question = Question.Parse(text);
        try
        {
            question.AllowOnly(s_names);
            _ = question.Get("stream");
            _ = question.FindTime("from");
            _ = question.FindTime("to");
            int limit = question.FindCount("limit", 1, 1000, 10);
            Require(limit is >= 1 and <= 1000, "a limit outside its bounds");
            _ = question.FindSwitch("open");
            return question.Segments is ["windows"];
        }
        catch (QuestionException fault)
        {
            Require(fault.Status is >= 400 and < 500 && fault.Message.Length > 0, "a refusal without a reason");
            return false;
        }
    }
}

using FastStream.Server.Http;
using FastStream.Server.Questions;
using Microsoft.AspNetCore.Http;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>The JSON object of a POST.</summary>
internal sealed class RequestBodyTarget : TextTarget
{
    private static readonly string[] s_names = ["stream", "name", "definition", "to"];

    public override string Name => "http-body";

    public override int Weight => 5;

    public override IReadOnlyList<string> Words { get; } =
        ["\"stream\":", "\"name\":", "\"definition\":", "\"to\":", "{", "}", "[", "]", "null", "1e9", "\"\\ud800\"", "\"\\u0000\"", "\""];

    public override bool Run(ReadOnlySpan<byte> input)
    {
        DefaultHttpContext context = new();
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(input.ToArray());
        try
        {
            using RequestBody body = RequestBody.ReadAsync(context.Request, s_names).GetAwaiter().GetResult();
            _ = body.Get("stream");
            _ = body.Find("definition");
            _ = body.Find("to");
            return true;
        }
        catch (QuestionException fault)
        {
            Require(fault.Status is >= 400 and < 500, "a refusal with a status of ours");
            return false;
        }
    }

    protected override string Write(FuzzRandom random) =>
        $$"""{"stream": "flights", "name": "v{{random.Below(9)}}", "definition": "{{DefinitionTexts.View(random)}}", "to": {{random.Below(99)}}}""";

    protected override bool Parse(string text) => false;
}

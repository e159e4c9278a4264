using System.CommandLine;
using System.Text.Json.Nodes;
using FastStream.Cli;
using FastStream.Cli.Output;

namespace FastStream.Tests.Cli;

/// <summary>Goal: the command line keeps its contract: names, flags, one line an error, exit codes.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void TheExitCodesAreFrozen()
    {
        Assert.Equal("Ok=0 Failed=1 Usage=2 Damaged=3 BadConfiguration=4 CannotConnect=5 PortTaken=6 FolderInUse=7 WrongVersion=8 "
            + "DiskFull=9 Interrupted=130", string.Join(' ', Enum.GetValues<ExitCode>().Select(c => $"{c}={(int)c}")));
    }

    [Theory]
    [InlineData("serve --data d --port 1 --http 2 --partitions 3 --config f")]
    [InlineData("generate --port 1 --stream s --producer p --epoch 1 --seed 7 --frames 3 --records 4 --keys 5 --from-sequence 2 "
        + "--in-flight 8 --ack written --retry --out f --rate 100 --encoding auto --compress --start 2020-01-01 --step 1ms --jitter 0")]
    [InlineData("send --port 1 --stream s f.csv --key k --time t --time-format iso --fields a,b --rate 5")]
    [InlineData("view add flights by-origin \"tumbling 1h late 6h by key: count\"")]
    [InlineData("query --http 2 windows --stream s --view v --key k --from 2001-01-01 --to 2001-01-02 --csv")]
    [InlineData("verify dir")]
    [InlineData("digest dir --at 5")]
    [InlineData("demo --keep dir")]
    [InlineData("advance --stream s --to 2001-01-01")]
    public void TheContractsFlagsAreUnderstood(string line)
    {
        Assert.Empty(CommandLine.CreateRoot().Parse(line).Errors);
    }

    [Theory]
    [InlineData("query nothing")]
    [InlineData("generate --frames 5")]
    [InlineData("generate --stream s --records 70000")]
    [InlineData("advance --stream a..b")]
    [InlineData("send")]
    [InlineData("nonsense")]
    [InlineData("serve --port 99999x")]
    public async Task AWrongCommandLineEndsWithTwoAndSaysWhy(string line)
    {
        (int code, string output, string error) = await RunAsync(line);

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.StartsWith("faststream: ", error);
        Assert.Contains("--help\"", error);
    }

    [Fact]
    public async Task NothingListeningIsOneLineAndFive()
    {
        (int code, _, string error) = await RunAsync("query ledger --http 1");

        Assert.Equal(5, code);
        Assert.Equal("faststream: cannot reach http://127.0.0.1:1: nothing listens there; start a server with "
            + "\"faststream serve --data DIR\" or name its port with --http", error.TrimEnd());
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("send --help")]
    [InlineData("generate --help")]
    [InlineData("view add --help")]
    [InlineData("serve --help")]
    public async Task HelpTeachesByExample(string line)
    {
        (int code, string output, _) = await RunAsync(line);

        Assert.Equal(0, code);
        Assert.Contains("  faststream ", output);
    }

    [Fact]
    public async Task DryRunShowsWhatWouldBeSent()
    {
        using SourceFolder folder = new();
        string path = folder.Write("t.csv", "time,key,v\n2024-01-01,a,1\n");
        (int code, string output, string error) = await RunAsync($"send {path} --dry-run");

        Assert.Equal(0, code);
        Assert.Contains("2024-01-01T00:00:00Z", output);
        Assert.Contains("t.csv: fields: v (--fields chooses others)", error);
    }

    [Fact]
    public void LedgerRowsShowTheirEquations()
    {
        JsonObject ledger = JsonNode.Parse("""
            {"session":{"received":10,"journaled":9,"duplicate":1,"refused":0,"malformed":0,"balanced":true},
             "streams":[{"stream":"s","journaledRecords":20,"prepared":18,"refused":{"range v 0..1":2},"future":0,"balanced":true}],
             "views":[{"stream":"s","view":"1m","prepared":18,"applied":17,"late":1,"contributions":17,"balanced":true}],"balanced":true}
            """)!.AsObject();

        Assert.Equal(
            [
                "9 journaled + 1 duplicate + 0 refused + 0 malformed",
                "18 prepared + 2 refused by \"range v 0..1\" + 0 future",
                "17 applied + 1 late",
            ],
            LedgerRows.Equations(ledger).Select(row => (string)row["equals"]!));
    }

    [Fact]
    public void CsvQuotesWhatNeedsIt()
    {
        using StringWriter output = new();
        RowWriter.Write(output, [new JsonObject { ["key"] = "a,\"b\"", ["v"] = 1.5, ["none"] = null }], OutputFormat.Csv, "");

        Assert.Equal("key,v,none\n\"a,\"\"b\"\"\",1.5,\n", output.ToString());
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string line)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        string[] args = [.. System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(line)];
        int code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}

using FastStream.LoadBench.Cases;
using FastStream.LoadBench.Goals;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace FastStream.LoadBench.Report;

/// <summary>The tables as pictures: SVG files that a page can show.</summary>
internal static class BenchCharts
{
    private const double Width = 860;
    private const double RowHeight = 26;
    private const double Margins = 110;
    private const double NamesWidth = 330; // given, since letters are wider in most viewers than the library thinks
    private static readonly OxyColor s_ours = OxyColor.FromRgb(0x1B, 0x6C, 0xA8);
    private static readonly OxyColor s_theirs = OxyColor.FromRgb(0xA8, 0xA8, 0xA8);

    public static void Write(string folder, IReadOnlyList<Round> rounds, bool hasPeers)
    {
        Directory.CreateDirectory(folder);
        if (hasPeers)
        {
            Save(folder, "peers.svg", Peers(rounds));
        }
        else
        {
            Save(folder, "layers.svg", Layers(rounds));
            Save(folder, "latency.svg", Latency(rounds));
        }
    }

    private static (PlotModel Plot, int Rows) Layers(IReadOnlyList<Round> rounds) => Bars(
        "Millions of records a second, 24 bytes each",
        [
            .. LayerTable.Layers.Select(layer => (layer.Shown, Rate(rounds, layer.Name), s_ours)),
            ("limit: O_DIRECT append + fdatasync", Rate(rounds, "direct-append"), s_theirs),
            ("limit: a receiver that only checksums", Rate(rounds, "tcp-sink"), s_theirs),
        ]);

    private static (PlotModel Plot, int Rows) Peers(IReadOnlyList<Round> rounds) => Bars(
        "Millions of records a second, 24 bytes each",
        [
            ("FastStream in process", Rate(rounds, CaseCatalog.InProcess), s_ours),
            .. Of(rounds, CaseCatalog.InProcess),
            ("FastStream durable, aggregated", Rate(rounds, CaseCatalog.Durable), s_ours),
            .. Of(rounds, CaseCatalog.Durable),
            ("FastStream durable, a record a frame", Rate(rounds, CaseCatalog.Many), s_ours),
            .. Of(rounds, CaseCatalog.Many),
        ]);

    private static IEnumerable<(string Shown, double Rate, OxyColor Color)> Of(IReadOnlyList<Round> rounds, string ours) =>
        Peer.All.Where(peer => peer.Ours == ours).Select(peer => (peer.Shown, Rate(rounds, peer.Case), s_theirs));

    private static double Rate(IReadOnlyList<Round> rounds, string name) =>
        Outcome.Of(rounds, name, Figure.RecordsPerSecond)?.Median / 1e6 ?? 0;

    // Bars of a logarithmic axis begin at its least value; without a figure there is no bar.
    private static (PlotModel Plot, int Rows) Bars(string title, IReadOnlyList<(string Shown, double Rate, OxyColor Color)> rows)
    {
        rows = [.. rows.Where(row => row.Rate > 0)];
        PlotModel plot = NewPlot(title);
        plot.PlotAreaBorderThickness = new OxyThickness(0);
        plot.PlotMargins = new OxyThickness(NamesWidth, double.NaN, double.NaN, double.NaN);
        CategoryAxis names = new() { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0, TickStyle = TickStyle.None };
        names.Labels.AddRange(rows.Select(row => row.Shown));
        plot.Axes.Add(names);
        plot.Axes.Add(new LogarithmicAxis
        {
            Position = AxisPosition.Bottom,
            Minimum = 0.1,
            Maximum = 1_000,
            MajorGridlineStyle = LineStyle.Dot,
            StringFormat = "0.##",
        });
        BarSeries bars = new() { LabelFormatString = "  {0:0.##}", LabelPlacement = LabelPlacement.Outside, BaseValue = 0.1 };
        bars.Items.AddRange(rows.Select(row => new BarItem(row.Rate) { Color = row.Color }));
        plot.Series.Add(bars);
        return (plot, rows.Count);
    }

    private static (PlotModel Plot, int Rows) Latency(IReadOnlyList<Round> rounds)
    {
        PlotModel plot = NewPlot("Milliseconds to a durable ack, open loop");
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.LeftTop, LegendPadding = 16, LegendItemSpacing = 40 });
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = "% of capacity",
            Minimum = 0,
            Maximum = 100,
        });
        plot.Axes.Add(new LogarithmicAxis
        {
            Position = AxisPosition.Left,
            MajorGridlineStyle = LineStyle.Dot,
            StringFormat = "0.###",
        });
        foreach ((string figure, double percentile) in Figure.Percentiles)
        {
            LineSeries line = new()
            {
                Title = percentile == 100 ? "max" : FormattableString.Invariant($"p{percentile}"),
                MarkerType = MarkerType.Circle,
            };
            foreach (int percent in CaseCatalog.OpenLoopPercents)
            {
                if (Outcome.Of(rounds, CaseCatalog.OpenLoop + CaseCatalog.AtPercent(percent), figure) is Outcome time)
                {
                    line.Points.Add(new DataPoint(percent, time.Median / 1_000));
                }
            }

            plot.Series.Add(line);
        }

        return (plot, 8);
    }

    // White whatever the page's colour: the letters are black.
    private static PlotModel NewPlot(string title) => new() { Title = title, TitleFontSize = 14, Background = OxyColors.White };

    private static void Save(string folder, string file, (PlotModel Plot, int Rows) chart)
    {
        using FileStream stream = File.Create(Path.Combine(folder, file));
        new SvgExporter { Width = Width, Height = Margins + (chart.Rows * RowHeight), UseVerticalTextAlignmentWorkaround = true }
            .Export(chart.Plot, stream);
    }
}

package io.fairlead.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line chart as SVG, with linear or logarithmic axes. */
public final class Chart {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 340;
    private static final int LEFT = 74;
    private static final int RIGHT = 16;
    private static final int TOP = 34;
    private static final int BOTTOM = 48;
    static final String[] COLOURS = {
        "#1b6ca8", "#d1495b", "#2f9e64", "#e19c24", "#7b5ea7", "#4d4d4d", "#00a3a3", "#a05a2c"
    };

    private final String title;
    private final Axis x;
    private final Axis y;
    private final List<Line> lines = new ArrayList<>();

    /** A named line. */
    private static final class Line {
        final String name;
        final double[] xs;
        final double[] ys;

        Line(String name, double[] xs, double[] ys) {
            this.name = name;
            this.xs = xs;
            this.ys = ys;
        }
    }

    /**
     * An axis.
     *
     * @param label what it shows, with the unit
     * @param logarithmic whether equal distances are equal ratios
     */
    public record Axis(String label, boolean logarithmic) {}

    /** An empty chart. */
    public Chart(String title, Axis x, Axis y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    /** Adds a line. */
    public Chart line(String name, double[] xs, double[] ys) {
        lines.add(new Line(name, xs.clone(), ys.clone()));
        return this;
    }

    /** Draws. */
    public String toSvg() {
        Scale horizontal = scale(x, true, LEFT, WIDTH - RIGHT);
        Scale vertical = scale(y, false, HEIGHT - BOTTOM, TOP);
        StringBuilder out = new StringBuilder();
        Svg.open(WIDTH, HEIGHT, out);
        Svg.text(WIDTH / 2.0, 18, "middle", "bold", title, out);
        for (double tick : horizontal.ticks()) {
            double at = horizontal.at(tick);
            Svg.rule(at, TOP, at, HEIGHT - BOTTOM, out);
            Svg.text(at, HEIGHT - BOTTOM + 16.0, "middle", "normal", Svg.number(tick), out);
        }
        for (double tick : vertical.ticks()) {
            double at = vertical.at(tick);
            Svg.rule(LEFT, at, WIDTH - RIGHT, at, out);
            Svg.text(LEFT - 6.0, at + 4, "end", "normal", Svg.number(tick), out);
        }
        Svg.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10.0, "middle", "normal", x.label, out);
        Svg.text(8, TOP - 10.0, "start", "normal", y.label, out);
        for (int i = 0; i < lines.size(); i++) {
            draw(lines.get(i), COLOURS[i % COLOURS.length], horizontal, vertical, out);
            double top = TOP + 14.0 + 15 * i;
            Svg.bar(LEFT + 10.0, top - 8, 14, 4, COLOURS[i % COLOURS.length], out);
            Svg.text(LEFT + 30.0, top - 2, "start", "normal", lines.get(i).name, out);
        }
        return out.append("</svg>\n").toString();
    }

    private static void draw(Line line, String colour, Scale horizontal, Scale vertical, StringBuilder out) {
        out.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"")
                .append(colour)
                .append("\" points=\"");
        for (int i = 0; i < line.xs.length; i++) {
            out.append(String.format(Locale.ROOT, "%.1f,%.1f ", horizontal.at(line.xs[i]), vertical.at(line.ys[i])));
        }
        out.append("\"/>\n");
    }

    private Scale scale(Axis axis, boolean horizontal, double from, double to) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (Line line : lines) {
            for (double value : horizontal ? line.xs : line.ys) {
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        if (!(min <= max)) {
            return new Scale(0, 1, from, to, false);
        }
        if (axis.logarithmic) {
            double low = Math.pow(10, Math.floor(Math.log10(Math.max(min, 1e-6))));
            double high = Math.pow(10, Math.ceil(Math.log10(Math.max(max, low * 1.01))));
            return new Scale(low, high, from, to, true);
        }
        return new Scale(
                horizontal ? min : 0, max > min || max > 0 ? max * (horizontal ? 1 : 1.05) : 1, from, to, false);
    }
}

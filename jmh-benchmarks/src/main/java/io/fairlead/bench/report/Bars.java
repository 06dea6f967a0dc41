package io.fairlead.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Horizontal bars as SVG, in groups: one group per question, one bar per system. */
public final class Bars {
    private static final int WIDTH = 760;
    private static final int LABELS = 210;
    private static final int BAR = 18;
    private static final int GAP = 14;

    private final String title;
    private final List<Group> groups = new ArrayList<>();

    /** A question and the answers. */
    private record Group(String name, List<String> systems, List<Double> values) {}

    /** @param title with the unit, and which direction is good */
    public Bars(String title) {
        this.title = title;
    }

    /** Starts a group. */
    public Bars group(String name) {
        groups.add(new Group(name, new ArrayList<>(), new ArrayList<>()));
        return this;
    }

    /** Adds a bar to the last group. */
    public Bars bar(String system, double value) {
        Group last = groups.get(groups.size() - 1);
        last.systems.add(system);
        last.values.add(value);
        return this;
    }

    /** Draws. Every group has a scale of its own. */
    public String toSvg() {
        int bars = groups.stream().mapToInt(group -> group.values.size()).sum();
        StringBuilder out = new StringBuilder();
        Svg.open(WIDTH, 40 + bars * BAR + groups.size() * (GAP + BAR), out);
        Svg.text(WIDTH / 2.0, 20, "middle", "bold", title, out);
        double y = 40;
        List<String> seen = new ArrayList<>();
        for (Group group : groups) {
            Svg.text(10, y + 10, "start", "bold", group.name, out);
            y += BAR;
            double max =
                    group.values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
            for (int i = 0; i < group.values.size(); i++) {
                String system = group.systems.get(i);
                if (!seen.contains(system)) {
                    seen.add(system);
                }
                double value = group.values.get(i);
                double width = max > 0 ? value / max * (WIDTH - LABELS - 80) : 0;
                String colour = Chart.COLOURS[seen.indexOf(system) % Chart.COLOURS.length];
                Svg.text(LABELS - 6.0, y + 12, "end", "normal", system, out);
                Svg.bar(LABELS, y + 2, width, BAR - 4.0, colour, out);
                Svg.text(LABELS + width + 5, y + 12, "start", "normal", Svg.number(value), out);
                y += BAR;
            }
            y += GAP;
        }
        return out.append("</svg>\n").toString();
    }
}

package io.fairlead.chaos.report;

import io.fairlead.chaos.faults.Fault;
import io.fairlead.chaos.sim.Trace;
import io.fairlead.raft.message.RaftMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A space-time diagram with the trace beside it, as one HTML file that loads nothing: time goes down, every member has a
 * lane whose colour tells its role, a message that arrives is an arrow from where and when it was sent, one that is lost
 * a short dashed line, and a bar on the left lasts as long as its fault.
 */
public final class SpaceTimePage {
    private static final int ROW = 16;
    private static final int LANE = 90;
    private static final int TOP = 30;
    private static final int BAR = 7;
    private static final int BARS = 8;
    private static final String STYLE = """
            body{font:13px sans-serif;margin:16px;background:#fff;color:#222}
            pre{background:#f4f4f4;padding:8px;white-space:pre-wrap}
            .page{display:flex}
            ol{list-style:none;margin:0;padding:22px 0 0 8px;font:12px monospace}
            li{height:16px;line-height:16px;white-space:nowrap}
            li:hover{background:#ffd}
            .n0{color:#a03000}.bad{font-weight:bold;color:#c00}
            line.FOLLOWER{stroke:#8fb4d8}line.CANDIDATE{stroke:#e0b030}line.LEADER{stroke:#2a8f3c}
            line.UP{stroke:#bbb}line.SAME{stroke:#ddd}line.DOWN{stroke:#d33;stroke-dasharray:2 5}
            .lane{stroke-width:5}.gets{stroke:#456;stroke-width:1}.misses,.lost{stroke:#d33;stroke-dasharray:3 3}
            .fault{fill:#e8743b;opacity:.55}.fault:hover{opacity:1}
            """;

    private final String head;
    private final List<Long> members;
    private final List<Trace.Happening> rows;
    private final List<Fault> faults;
    private final StringBuilder out = new StringBuilder();

    /**
     * A page that is not written yet.
     *
     * @param head what went wrong and where; its first line becomes the title
     * @param members who gets a lane, in order
     * @param rows what happened, oldest first
     * @param faults what was planned; shown if it was still going on
     */
    public SpaceTimePage(String head, List<Long> members, List<Trace.Happening> rows, List<Fault> faults) {
        this.head = head;
        this.members = List.copyOf(members);
        this.rows = List.copyOf(rows);
        this.faults = List.copyOf(faults);
    }

    /** The page. */
    public String html() {
        out.setLength(0);
        String title = head.lines().findFirst().orElse("a run");
        out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(escaped(title))
                .append("</title><style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<pre>")
                .append(escaped(head))
                .append("</pre>\n<div class=\"page\">\n");
        int height = TOP + ROW * (rows.size() + 1);
        out.append(String.format("<svg width=\"%d\" height=\"%d\">%n", x(members.size()), height));
        out.append("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\""
                + " markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#456\"/></marker></defs>\n");
        if (!rows.isEmpty()) {
            faultBars();
            lanes();
            messages();
        }
        out.append("</svg>\n<ol>\n");
        for (Trace.Happening row : rows) {
            String style = row.text().startsWith("FAILED") ? "bad" : "n" + row.actor();
            out.append(String.format("<li class=\"%s\">%s</li>%n", style, escaped(row.toString())));
        }
        return out.append("</ol>\n</div>\n</body></html>\n").toString();
    }

    // ------------------------------------------------------------------------------------------------ places

    private int x(int lane) {
        return BAR * BARS + 20 + LANE / 2 + lane * LANE;
    }

    private static double y(int row) {
        return TOP + ROW * (row + 0.5);
    }

    /** Rows are as far apart as they need to be read; a moment between two of them is shown between them. */
    private double y(long time) {
        int low = 0;
        int high = rows.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (rows.get(middle).time() < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0 || low == rows.size()) {
            return low == 0 ? TOP - ROW / 2.0 : y(rows.size() - 1) + ROW / 2.0;
        }
        long before = rows.get(low - 1).time();
        double share = (double) (time - before) / (rows.get(low).time() - before);
        return y(low - 1) + ROW * share;
    }

    // ------------------------------------------------------------------------------------------------- shapes

    private void lanes() {
        for (int lane = 0; lane < members.size(); lane++) {
            long member = members.get(lane);
            out.append(String.format("<text x=\"%d\" y=\"14\">n%d</text>%n", x(lane) - 8, member));
            Trace.State state = stateBefore(member);
            double from = TOP;
            for (int row = 0; row < rows.size(); row++) {
                Trace.Happening happening = rows.get(row);
                if (happening.actor() == member && happening.state() != Trace.State.SAME) {
                    line("lane " + state, x(lane), from, x(lane), y(row), "n" + member + " " + state);
                    state = happening.state();
                    from = y(row);
                }
            }
            line("lane " + state, x(lane), from, x(lane), y(rows.size()), "n" + member + " " + state);
        }
    }

    private Trace.State stateBefore(long member) {
        for (Trace.Happening row : rows) {
            if (row.actor() == member && row.state() != Trace.State.SAME) {
                return row.state() == Trace.State.UP ? Trace.State.DOWN : Trace.State.SAME;
            }
        }
        return Trace.State.SAME;
    }

    private void messages() {
        for (int row = 0; row < rows.size(); row++) {
            Trace.Happening happening = rows.get(row);
            if (!(happening.detail() instanceof RaftMessage message)) {
                continue;
            }
            int from = x(members.indexOf(message.from()));
            int to = x(members.indexOf(message.to()));
            if (happening.sentAt() >= 0) {
                String style = happening.what().equals("misses") ? "misses" : "gets";
                line(style, from, y(happening.sentAt()), to, y(row), happening.toString());
            } else {
                line("lost", from, y(row), from + (to - from) / 3, y(row) + ROW / 2.0, happening.toString());
            }
        }
    }

    private void faultBars() {
        long first = rows.get(0).time();
        long last = rows.get(rows.size() - 1).time();
        List<Fault> shown = new ArrayList<>();
        for (Fault fault : faults) {
            if (fault.at() <= last && fault.at() + fault.duration() >= first) {
                shown.add(fault);
            }
        }
        for (int i = 0; i < shown.size(); i++) {
            Fault fault = shown.get(i);
            double from = y(fault.at());
            out.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"fault\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"><title>%s</title></rect>%n",
                    BAR * (i % BARS),
                    from,
                    BAR - 1,
                    Math.max(4, y(fault.at() + fault.duration()) - from),
                    escaped(fault.toString())));
        }
    }

    private void line(String style, int x1, double y1, int x2, double y2, String title) {
        out.append(String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"%s><title>%s</title></line>%n",
                style,
                x1,
                y1,
                x2,
                y2,
                style.equals("gets") ? " marker-end=\"url(#tip)\"" : "",
                escaped(title)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}

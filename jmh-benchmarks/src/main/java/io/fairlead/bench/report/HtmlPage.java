package io.fairlead.bench.report;

import java.util.List;
import java.util.Map;

/** A page that needs nothing from elsewhere: text, tables and charts in one file. */
public final class HtmlPage {
    private final StringBuilder body = new StringBuilder();
    private final String title;

    /** An empty page. */
    public HtmlPage(String title) {
        this.title = title;
    }

    /** Adds a table of names and values. */
    public HtmlPage facts(Map<String, ?> facts) {
        body.append("<table class=\"facts\">\n");
        facts.forEach((name, value) -> body.append("<tr><th>")
                .append(Svg.escape(name))
                .append("</th><td>")
                .append(Svg.escape(String.valueOf(value)))
                .append("</td></tr>\n"));
        body.append("</table>\n");
        return this;
    }

    /** Adds a table with a head. */
    public HtmlPage table(List<String> head, List<List<String>> rows) {
        body.append("<table>\n<tr>");
        head.forEach(cell -> body.append("<th>").append(Svg.escape(cell)).append("</th>"));
        body.append("</tr>\n");
        for (List<String> row : rows) {
            body.append("<tr>");
            row.forEach(cell -> body.append("<td>").append(Svg.escape(cell)).append("</td>"));
            body.append("</tr>\n");
        }
        body.append("</table>\n");
        return this;
    }

    /** Adds a heading. */
    public HtmlPage heading(String text) {
        body.append("<h2>").append(Svg.escape(text)).append("</h2>\n");
        return this;
    }

    /** Adds a drawing. */
    public HtmlPage svg(String svg) {
        body.append("<figure>\n").append(svg).append("</figure>\n");
        return this;
    }

    /** The whole page. */
    public String toHtml() {
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
                + Svg.escape(title)
                + "</title>\n<style>\n"
                + "body{font:15px/1.5 sans-serif;max-width:800px;margin:2em auto;padding:0 1em;color:#222}\n"
                + "table{border-collapse:collapse;margin:1em 0}\n"
                + "th,td{text-align:left;padding:.2em .8em;border-bottom:1px solid #ddd}\n"
                + "figure{margin:1.5em 0}svg{max-width:100%;height:auto}\n"
                + "</style></head><body>\n<h1>"
                + Svg.escape(title)
                + "</h1>\n"
                + body
                + "</body></html>\n";
    }
}

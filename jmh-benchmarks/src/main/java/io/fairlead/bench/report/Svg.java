package io.fairlead.bench.report;

import java.util.Locale;

/** The few SVG elements that charts consist of. */
final class Svg {
    private Svg() {}

    static void open(int width, int height, StringBuilder out) {
        out.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
                width,
                height,
                width,
                height));
    }

    static void text(double x, double y, String anchor, String weight, String text, StringBuilder out) {
        out.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-weight=\"%s\" fill=\"#222222\">%s</text>%n",
                x,
                y,
                anchor,
                weight,
                escape(text)));
    }

    static void rule(double x1, double y1, double x2, double y2, StringBuilder out) {
        out.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
                x1,
                y1,
                x2,
                y2));
    }

    static void bar(double x, double y, double width, double height, String colour, StringBuilder out) {
        out.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                x,
                y,
                width,
                height,
                colour));
    }

    /** A number as short as it can be read. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1e6) {
            return trim(value / 1e6) + " M";
        } else if (size >= 1e4) {
            return trim(value / 1e3) + " k";
        }
        return trim(value);
    }

    private static String trim(double value) {
        double size = Math.abs(value);
        String text = String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 1 ? "%.1f" : "%.3f", value);
        return text.indexOf('.') < 0 ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}

package io.fairlead.bench.compare;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Medians and ratios, for people. */
final class ComparisonTable {
    private static final String[][] COLUMNS = {
        {Outcome.OPS, "ops/s", "%,.0f"},
        {Outcome.CPU, "CPU us/op", "%.1f"},
        {Outcome.P50, "p50 us", "%,.0f"},
        {Outcome.P99, "p99 us", "%,.0f"},
        {Outcome.RSS, "MiB", "%,.0f"},
    };

    private final Medians medians;
    private final String subject;
    private final List<String> products;

    /** @param subject whose ratios to the others are shown */
    ComparisonTable(Medians medians, String subject, List<String> products) {
        this.medians = medians;
        this.subject = subject;
        this.products = products;
    }

    void print(List<String> tests, PrintStream out) {
        for (List<String> row : rows(tests)) {
            out.printf("%-12s %-12s %10s %10s %10s %10s %8s %6s  %s%n", row.toArray());
        }
    }

    List<List<String>> rows(List<String> tests) {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("case", "product"));
        for (String[] column : COLUMNS) {
            head.add(column[1]);
        }
        head.add("rounds");
        head.add("");
        rows.add(head);
        for (String test : tests) {
            for (String product : products) {
                if (medians.rounds(product, test) > 0) {
                    rows.add(values(product, test));
                }
            }
            for (String product : products) {
                if (!product.equals(subject)
                        && medians.rounds(product, test) > 0
                        && medians.rounds(subject, test) > 0) {
                    rows.add(ratios(product, test));
                }
            }
        }
        return rows;
    }

    private List<String> values(String product, String test) {
        List<String> row = new ArrayList<>(List.of(test, product));
        for (String[] column : COLUMNS) {
            row.add(String.format(Locale.ROOT, column[2], medians.of(product, test, column[0])));
        }
        row.add(Integer.toString(medians.rounds(product, test)));
        row.add(medians.isThrottled(product, test) ? "throttled disk" : "");
        return row;
    }

    private List<String> ratios(String product, String test) {
        List<String> row = new ArrayList<>(List.of("", "x " + product));
        for (String[] column : COLUMNS) {
            double ratio = medians.of(subject, test, column[0]) / medians.of(product, test, column[0]);
            row.add(String.format(Locale.ROOT, "%.2f", ratio));
        }
        row.add("");
        row.add("");
        return row;
    }
}

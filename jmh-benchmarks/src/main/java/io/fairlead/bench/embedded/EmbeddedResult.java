package io.fairlead.bench.embedded;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one library did in one round at one depth.
 *
 * @param library who
 * @param variant with what
 * @param round in which round
 * @param throttled whether the disk was being held back before or after
 * @param values the numbers, by name
 */
record EmbeddedResult(
        String library, EmbeddedGroup.Variant variant, int round, boolean throttled, Map<String, Double> values) {
    EmbeddedResult {
        values = Map.copyOf(values);
    }

    /** Reads a line of {@link EmbeddedRunner}. */
    static Map<String, Double> parse(String line) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (String pair : line.strip().split(" +", -1)) {
            int equals = pair.lastIndexOf('=');
            values.put(pair.substring(0, equals), Double.valueOf(pair.substring(equals + 1)));
        }
        return values;
    }

    double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    /** Results that may be compared have the same key. */
    String key() {
        return variant + " " + Math.round(value("command_bytes")) + " B depth " + Math.round(value("depth"));
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("library", library);
        json.put("variant", variant.toString());
        json.put("round", round);
        json.put("throttled", throttled);
        values.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> json.put(e.getKey(), e.getValue()));
        return json;
    }
}

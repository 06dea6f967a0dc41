package io.fairlead.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to positions on a page.
 *
 * @param min the value at {@code from}
 * @param max the value at {@code to}
 * @param from a position
 * @param to the position at the other end
 * @param logarithmic whether equal distances are equal ratios
 */
record Scale(double min, double max, double from, double to, boolean logarithmic) {
    private static final int TICKS = 6;

    /** Where a value stands. */
    double at(double value) {
        double span = part(max) - part(min);
        return span == 0 ? from : from + (part(Math.max(value, min)) - part(min)) / span * (to - from);
    }

    private double part(double value) {
        return logarithmic ? Math.log10(value) : value;
    }

    /** Round values to be marked. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            for (double tick = min; tick <= max * 1.0001; tick *= 10) {
                ticks.add(tick);
            }
            return ticks;
        }
        double step = roundStep((max - min) / TICKS);
        for (double tick = Math.ceil(min / step) * step; tick <= max + step / 1000; tick += step) {
            ticks.add(tick);
        }
        return ticks;
    }

    /** The next of 1, 2 and 5 times a power of ten. */
    static double roundStep(double step) {
        if (!(step > 0)) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(step)));
        for (double factor : new double[] {1, 2, 5}) {
            if (step <= factor * power * 1.0000001) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}

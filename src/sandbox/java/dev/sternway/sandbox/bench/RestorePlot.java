package dev.sternway.sandbox.bench;

import dev.sternway.sandbox.bench.RestoreResults.Size;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Downtime by size as an SVG, both axes logarithmic. */
final class RestorePlot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 380;
    private static final int LEFT = 70;
    private static final int RIGHT = 170;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;
    private static final double LEAST = 0.01;
    private static final double MOST = 1000;

    private final List<Size> sizes;
    private final StringBuilder svg = new StringBuilder();

    RestorePlot(RestoreResults results) {
        this.sizes = results.sizes();
    }

    String svg() {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">",
                WIDTH, HEIGHT);
        add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
        add(
                "<text x=\"%d\" y=\"22\" font-size=\"14\" font-weight=\"bold\" fill=\"#1a1a1a\">Downtime of a restore,"
                        + " seconds (logarithmic)</text>",
                LEFT);
        for (double value = LEAST; value <= MOST * 1.01; value *= 10) {
            add(
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>",
                    LEFT, WIDTH - RIGHT, y(value), y(value));
            add(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#444444\">%s</text>",
                    LEFT - 8, y(value) + 4, number(value));
        }
        for (Size size : sizes) {
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#444444\">%s GB</text>",
                    x(size), HEIGHT - BOTTOM + 20, RestoreResults.label(size.gigabytes));
        }
        double most = RestoreResults.AWAY_AT_MOST;
        add(
                "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#888888\" stroke-dasharray=\"5 4\"/>",
                LEFT, WIDTH - RIGHT, y(most), y(most));
        add("<text x=\"%d\" y=\"%.1f\" fill=\"#666666\">target: 0.5 s</text>", WIDTH - RIGHT + 8, y(most) + 4);
        curve("runbook made fair", "#b3261e", size -> size.median("fair", "downtime"));
        curve("Sternway", "#14593f", size -> size.median("sternway", "downtime"));
        return svg.append("</svg>\n").toString();
    }

    private void curve(String name, String colour, ToDoubleFunction<Size> value) {
        StringBuilder points = new StringBuilder();
        for (Size size : sizes) {
            double at = value.applyAsDouble(size);
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(size), y(at)));
            add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>", x(size), y(at), colour);
            add(
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" fill=\"%s\">%s s</text>",
                    x(size), y(at) - 9, colour, number(at));
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
                points.toString().strip(), colour);
        if (!sizes.isEmpty()) {
            add(
                    "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s</text>",
                    WIDTH - RIGHT + 8, y(value.applyAsDouble(sizes.get(sizes.size() - 1))) + 4, colour, name);
        }
    }

    private double x(Size size) {
        double least = Math.log10(sizes.get(0).gigabytes);
        double most = Math.log10(sizes.get(sizes.size() - 1).gigabytes);
        double inner = WIDTH - LEFT - RIGHT - 60;
        return LEFT + 30 + (most > least ? (Math.log10(size.gigabytes) - least) / (most - least) * inner : inner / 2);
    }

    private double y(double value) {
        double share = (Math.log10(Math.max(LEAST, Math.min(MOST, value))) - Math.log10(LEAST))
                / (Math.log10(MOST) - Math.log10(LEAST));
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    private static String number(double value) {
        return value >= 1 ? String.format(Locale.ROOT, "%.0f", value) : String.format(Locale.ROOT, "%.2f", value);
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}

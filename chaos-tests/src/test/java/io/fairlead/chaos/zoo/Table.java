package io.fairlead.chaos.zoo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The table of bugs in {@code docs/reliability.md}. */
final class Table {
    private static final Path FILE = Path.of("../docs/reliability.md");
    private static final String BEGIN = "<!-- zoo: written by Survey -->\n";
    private static final String END = "<!-- end of zoo -->\n";

    private Table() {}

    /** What should stand in the document. */
    static String render(List<Bug> bugs, Map<String, Finding> findings) {
        StringBuilder text = new StringBuilder("| bug | rules | seeds needed | what noticed |\n|---|---|---|---|\n");
        for (Bug bug : bugs) {
            Finding finding = findings.get(bug.id());
            text.append("| ")
                    .append(bug.what())
                    .append(" (`")
                    .append(bug.id())
                    .append("`) | ")
                    .append(bug.breaks())
                    .append(" | ")
                    .append(finding == null ? "not found" : finding.runs())
                    .append(bug.profile().map(profile -> " " + profile).orElse(""))
                    .append(" | ")
                    .append(finding == null ? "" : finding.by())
                    .append(" |\n");
        }
        return text.toString();
    }

    /** What stands there. */
    static String read() {
        String text = text();
        return text.substring(text.indexOf(BEGIN) + BEGIN.length(), text.indexOf(END));
    }

    static void write(List<Bug> bugs, Map<String, Finding> findings) {
        String text = text();
        String before = text.substring(0, text.indexOf(BEGIN) + BEGIN.length());
        String after = text.substring(text.indexOf(END));
        try {
            Files.writeString(FILE, before + render(bugs, findings) + after);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text() {
        try {
            return Files.readString(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.fairlead.chaos.zoo;

import io.fairlead.chaos.zoo.Bug.Edit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads bugs from a text file: {@code bug ID WHAT}, {@code breaks RULES}, then for each edit {@code in METHOD} and its
 * lines as in a diff, {@code -} what was and {@code +} what becomes of it; {@code hunt PROFILE} says where to look,
 * {@code hunt SESSIONS} with which clients, {@code hunt DISASTERS} that a majority is lost. Lines that begin with {@code
 * #} are comments.
 */
final class BugFile {
    private static final List<String> NAMES = List.of(
            "elections",
            "replication",
            "durability",
            "membership",
            "snapshots",
            "clients",
            "sessions",
            "quiet",
            "disasters");

    private final List<Bug> bugs = new ArrayList<>();
    private final List<Edit> edits = new ArrayList<>();
    private final StringBuilder was = new StringBuilder();
    private final StringBuilder becomes = new StringBuilder();
    private String id = "";
    private String what = "";
    private String breaks = "";
    private String method = "";
    private Optional<String> profile = Optional.empty();

    private BugFile() {}

    /** Every bug there is. */
    static List<Bug> readAll() {
        BugFile file = new BugFile();
        NAMES.forEach(name -> file.read("/zoo/" + name + ".bugs"));
        return List.copyOf(file.bugs);
    }

    private void read(String resource) {
        try (InputStream in = BugFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + resource);
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(this::line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        endOfBug();
    }

    private void line(String line) {
        String[] words = line.split(" ", 2);
        String rest = words.length < 2 ? "" : words[1];
        switch (words[0]) {
            case "bug" -> {
                endOfBug();
                id = rest.split(" ", 2)[0];
                what = rest.split(" ", 2)[1];
            }
            case "breaks" -> breaks = rest;
            case "hunt" -> profile = Optional.of(rest);
            case "in" -> {
                endOfEdit();
                method = rest;
            }
            case "-" -> was.append(rest).append('\n');
            case "+" -> becomes.append(rest).append('\n');
            case "", "#" -> {}
            default -> throw new IllegalStateException("bug " + id + ": what is '" + line + "'?");
        }
    }

    private void endOfEdit() {
        if (!method.isEmpty()) {
            edits.add(new Edit(method, was.toString(), becomes.toString()));
        }
        method = "";
        was.setLength(0);
        becomes.setLength(0);
    }

    private void endOfBug() {
        endOfEdit();
        if (!id.isEmpty()) {
            bugs.add(new Bug(id, what, breaks, List.copyOf(edits), profile));
        }
        edits.clear();
        id = "";
        profile = Optional.empty();
    }
}

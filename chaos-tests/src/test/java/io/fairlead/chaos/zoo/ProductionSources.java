package io.fairlead.chaos.zoo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The library's sources, and what becomes of them with a bug in them. The files themselves are never touched. */
final class ProductionSources {
    private static final Path ROOT = Path.of("../raft-core/src/main/java");
    private static final Pattern TOKEN = Pattern.compile("\\w+|\\S");
    private static final Pattern BODY = Pattern.compile("\\s*(throws\\s+[\\w\\s,.]+)?\\{");

    private final Map<Path, String> texts = new TreeMap<>(Comparator.comparing(Path::toString));

    private ProductionSources() {}

    static ProductionSources read() {
        ProductionSources sources = new ProductionSources();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(ProductionSources::isClass).toList()) {
                sources.texts.put(file, Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }

    private static boolean isClass(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".java") && !name.endsWith("-info.java");
    }

    /** The changed files, by the names of their classes. */
    Map<String, String> with(Bug bug) {
        Map<Path, String> changed = new TreeMap<>(Comparator.comparing(Path::toString));
        for (Bug.Edit edit : bug.edits()) {
            Place place = find(bug, edit, changed);
            String text = changed.getOrDefault(place.file, texts.getOrDefault(place.file, ""));
            changed.put(place.file, text.substring(0, place.from) + edit.becomes() + text.substring(place.to));
        }
        Map<String, String> byClass = new TreeMap<>();
        changed.forEach((file, text) -> byClass.put(classOf(file), text));
        return byClass;
    }

    private static String classOf(Path file) {
        String path = ROOT.relativize(file).toString();
        return path.substring(0, path.length() - ".java".length()).replace('/', '.');
    }

    private record Place(Path file, int from, int to) {}

    private Place find(Bug bug, Bug.Edit edit, Map<Path, String> changed) {
        List<Place> places = new ArrayList<>();
        Pattern wanted = inAnyLayout(edit.was());
        texts.forEach((file, text) -> findIn(file, changed.getOrDefault(file, text), edit.method(), wanted, places));
        if (places.size() != 1) {
            throw new AssertionError("bug " + bug.id() + " no longer fits the sources: in a method '" + edit.method()
                    + "' there should be exactly one, but there are " + places.size() + " of:\n" + edit.was()
                    + "Say the same bug in today's words, in src/test/resources/zoo.");
        }
        return places.get(0);
    }

    private static void findIn(Path file, String text, String method, Pattern wanted, List<Place> places) {
        Matcher name = Pattern.compile("\\b" + method + "\\s*\\(").matcher(text);
        while (name.find()) {
            int afterParameters = matching(text, name.end() - 1, '(', ')') + 1;
            Matcher body = BODY.matcher(text).region(afterParameters, text.length());
            if (body.lookingAt()) {
                Matcher found = wanted.matcher(text).region(body.end() - 1, matching(text, body.end() - 1, '{', '}'));
                while (found.find()) {
                    places.add(new Place(file, found.start(), found.end()));
                }
            }
        }
    }

    private static int matching(String text, int from, char open, char close) {
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == open ? 1 : c == close ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return text.length() - 1;
    }

    private static Pattern inAnyLayout(String snippet) {
        StringBuilder regex = new StringBuilder();
        Matcher tokens = TOKEN.matcher(snippet);
        boolean afterWord = false;
        while (tokens.find()) {
            String token = tokens.group();
            boolean word = Character.isLetterOrDigit(token.charAt(0)) || token.charAt(0) == '_';
            if (regex.length() > 0) {
                regex.append(afterWord && word ? "\\s+" : "\\s*");
            }
            regex.append(Pattern.quote(token));
            afterWord = word;
        }
        return Pattern.compile(regex.toString());
    }
}

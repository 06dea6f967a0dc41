package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads the figures that {@linkplain Scene scenes} begin with. A line is {@code ID WORDS: TERMS}; the words are {@code
 * learner}, {@code outside} (nobody knows it yet), {@code lease} (for all), {@code term=}, {@code vote=} and {@code
 * priority=}; a bar stands behind the last entry that is known to be committed.
 */
final class Figure {
    private static final Pattern SPACES = Pattern.compile("\\s+");

    /** One member as the figure shows it. */
    record Row(long id, Configuration configuration, List<Long> terms, HardState hardState) {}

    private Figure() {}

    static List<Row> parse(String figure) {
        List<String> lines = figure.lines().filter(line -> !line.isBlank()).toList();
        Configuration configuration = configuration(lines);
        return lines.stream().map(line -> row(line, configuration)).toList();
    }

    private static Configuration configuration(List<String> lines) {
        List<Member> members = new ArrayList<>();
        TreeSet<Long> voters = new TreeSet<>();
        TreeSet<Long> learners = new TreeSet<>();
        boolean leases = false;
        for (String line : lines) {
            List<String> words = words(line.substring(0, line.indexOf(':')));
            long id = Long.parseLong(words.get(0));
            leases |= words.contains("lease");
            if (!words.contains("outside")) {
                members.add(new Member(id, "n" + id, 0, (int) option(words, "priority", Member.DEFAULT_PRIORITY)));
                (words.contains("learner") ? learners : voters).add(id);
            }
        }
        return new Configuration(members, voters, new TreeSet<>(), learners, new TreeSet<>(), false, leases);
    }

    private static Row row(String line, Configuration configuration) {
        List<String> words = words(line.substring(0, line.indexOf(':')));
        List<Long> terms = new ArrayList<>();
        long commit = 0;
        for (String word : words(line.substring(line.indexOf(':') + 1))) {
            if (word.equals("|")) {
                commit = terms.size();
            } else {
                terms.add(Long.parseLong(word));
            }
        }
        long lastTerm = terms.isEmpty() ? 0 : terms.get(terms.size() - 1);
        return new Row(
                Long.parseLong(words.get(0)),
                words.contains("outside") ? Configuration.empty() : configuration,
                terms,
                new HardState(option(words, "term", lastTerm), option(words, "vote", 0), commit));
    }

    /** A configuration in words: {@code "1 2 3"}, or {@code "1 2 learners 3"}. */
    static Configuration members(String words) {
        List<Member> members = new ArrayList<>();
        TreeSet<Long> voters = new TreeSet<>();
        TreeSet<Long> learners = new TreeSet<>();
        boolean learner = false;
        for (String word : words(words)) {
            if (word.equals("learners")) {
                learner = true;
            } else {
                long id = Long.parseLong(word);
                members.add(Member.of(id, "n" + id));
                (learner ? learners : voters).add(id);
            }
        }
        return new Configuration(members, voters, new TreeSet<>(), learners, new TreeSet<>(), false, false);
    }

    private static List<String> words(String text) {
        return SPACES.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    }

    private static long option(List<String> words, String name, long otherwise) {
        return words.stream()
                .filter(word -> word.startsWith(name + "="))
                .map(word -> Long.parseLong(word.substring(name.length() + 1)))
                .findFirst()
                .orElse(otherwise);
    }
}

package io.fairlead.chaos.small;

import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.ReadIndexReply;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestPreVoteReply;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A cluster of cores to which happens what a script says; tells in words what they do. */
final class ScriptedCluster {
    private static final Pattern SPACES = Pattern.compile(" +");
    private static final Pattern COMMA = Pattern.compile(",");

    private final TreeMap<Long, CoreDisk> disks = new TreeMap<>();
    private final TreeMap<Long, CoreMember> running = new TreeMap<>();
    private final List<RaftMessage> wire = new ArrayList<>();
    private final TreeSet<Long> cut = new TreeSet<>();
    private final List<String> output = new ArrayList<>();
    private long now = 1_000_000 * CoreMember.MILLIS;
    private long changes;
    private boolean quiet;

    /** Carries out one line; answers what happened. */
    String run(String line) {
        output.clear();
        List<String> words = SPACES.splitAsStream(line).toList();
        Map<String, String> options = new TreeMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                options.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        if (!clusterCommand(words, options)) {
            memberCommand(words, Long.parseLong(words.get(1)), options);
        }
        return String.join("\n", output);
    }

    private boolean clusterCommand(List<String> words, Map<String, String> options) {
        switch (words.get(0)) {
            case "cluster" -> found(options);
            case "deliver" -> take(options).forEach(this::deliver);
            case "drop" -> take(options).forEach(message -> output.add("lost: " + describe(message)));
            case "repeat" -> {
                List<RaftMessage> twice = take(options);
                twice.forEach(this::deliver);
                twice.forEach(this::deliver);
            }
            case "settle" -> settle();
            case "heal" -> cut.clear();
            case "pass" -> now += Long.parseLong(words.get(1).replace("ms", "")) * CoreMember.MILLIS;
            case "status" -> disks.keySet().forEach(id -> output.add(status(id)));
            case "wire" -> wire.forEach(message -> output.add(describe(message)));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void memberCommand(List<String> words, long id, Map<String, String> options) {
        switch (words.get(0)) {
            case "timeout" -> timeout(id);
            case "propose" -> step(id, member -> propose(member, words.get(2)));
            case "persist" -> step(id, this::persistAll);
            case "crash" -> crash(id, options);
            case "restart" -> start(id);
            case "cut" -> cut.add(id);
            case "read" -> step(id, member -> member.step(now, core -> core.readIndex(++changes, now)));
            case "transfer" -> {
                long target = Long.parseLong(words.get(2));
                step(id, member -> member.step(now, core -> core.transferLeadership(++changes, target, now)));
            }
            case "change" -> {
                Configuration target = configuration(options);
                step(id, member -> member.step(now, core -> core.changeMembership(++changes, target, -1, now)));
            }
            case "snapshot" -> step(id, member -> member.takeSnapshot(now));
            case "install" -> step(id, member -> member.installSnapshot(now));
            default -> throw new IllegalArgumentException("what is '" + String.join(" ", words) + "'?");
        }
    }

    /** The member's timer runs out. One that looks late at the clock takes it for a pause of its own, and looks again. */
    private void timeout(long id) {
        boolean late = now > member(id).server().nextDeadlineNanos();
        now = Math.max(now, member(id).server().nextDeadlineNanos());
        step(id, member -> member.step(now, core -> core.onTick(now)));
        if (late && member(id).server().role().equals("FOLLOWER")) {
            timeout(id);
        }
    }

    private void found(Map<String, String> options) {
        Configuration founding = configuration(options);
        founding.members().forEach(member -> disks.put(member.id(), new CoreDisk(founding)));
        for (long spare : ids(options.getOrDefault("spares", ""))) {
            disks.put(spare, new CoreDisk(Configuration.empty()));
        }
        disks.keySet().forEach(this::start);
    }

    private static Configuration configuration(Map<String, String> options) {
        List<Member> members = new ArrayList<>();
        SortedSet<Long> voters = ids(options.getOrDefault("voters", ""));
        SortedSet<Long> learners = ids(options.getOrDefault("learners", ""));
        voters.forEach(id -> members.add(Member.of(id, "n" + id)));
        learners.forEach(id -> members.add(Member.of(id, "n" + id)));
        return new Configuration(members, voters, new TreeSet<>(), learners, new TreeSet<>(), false, false);
    }

    private static SortedSet<Long> ids(String text) {
        return COMMA.splitAsStream(text)
                .filter(id -> !id.isEmpty())
                .map(Long::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void start(long id) {
        CoreDisk disk = disks.get(id);
        if (disk == null) {
            throw new IllegalArgumentException("no member " + id);
        }
        running.put(id, new CoreMember(id, disk, CoreMember.settings(id), now, event -> output.add(id + " " + event)));
    }

    private CoreMember member(long id) {
        CoreMember member = running.get(id);
        if (member == null) {
            throw new IllegalArgumentException("member " + id + " does not run");
        }
        return member;
    }

    private void crash(long id, Map<String, String> options) {
        CoreMember member = member(id);
        for (int i = 0; i < Integer.parseInt(options.getOrDefault("writes", "0")); i++) {
            member.writeUnnoticed();
        }
        running.remove(id);
    }

    private interface Step {
        void of(CoreMember member);
    }

    private void step(long id, Step step) {
        CoreMember member = member(id);
        step.of(member);
        for (RaftMessage message : member.takeSent()) {
            wire.add(message);
            if (!quiet) {
                output.add(describe(message));
            }
        }
    }

    private void propose(CoreMember member, String value) {
        ByteBuffer payload = ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8));
        member.step(now, core -> core.propose(Entry.proposal(EntryKind.COMMAND, 9, ++changes, payload), now));
    }

    private void persistAll(CoreMember member) {
        for (int i = member.writing(); i > 0; i--) {
            member.persist(now);
        }
    }

    private List<RaftMessage> take(Map<String, String> options) {
        Predicate<RaftMessage> wanted = message -> matches(options, "from", message.from())
                && matches(options, "to", message.to())
                && message.getClass().getSimpleName().matches(options.getOrDefault("type", ".*"));
        List<RaftMessage> taken = wire.stream().filter(wanted).toList();
        wire.removeAll(taken);
        return taken;
    }

    private static boolean matches(Map<String, String> options, String name, long id) {
        return !options.containsKey(name) || ids(options.getOrDefault(name, "")).contains(id);
    }

    private void deliver(RaftMessage message) {
        boolean passes = !cut.contains(message.from()) && !cut.contains(message.to());
        if (passes && running.containsKey(message.to())) {
            step(message.to(), member -> member.step(now, core -> core.onMessage(message, now)));
        } else if (!quiet) {
            output.add("lost: " + describe(message));
        }
    }

    /** Writes and delivers until nothing moves any more; messages are not told. */
    private void settle() {
        quiet = true;
        boolean moved = true;
        while (moved) {
            List<RaftMessage> underWay = List.copyOf(wire);
            wire.clear();
            underWay.forEach(this::deliver);
            moved = !underWay.isEmpty();
            for (Map.Entry<Long, CoreMember> each : running.entrySet()) {
                moved |= each.getValue().writing() > 0;
                step(each.getKey(), this::persistAll);
                if (each.getValue().isFetching()) {
                    moved = true;
                    step(each.getKey(), member -> member.installSnapshot(now));
                }
            }
        }
        quiet = false;
    }

    private String status(long id) {
        CoreMember member = running.get(id);
        if (member == null) {
            return id + " down";
        }
        Server server = member.server();
        StringBuilder terms = new StringBuilder();
        for (long index = server.firstIndex(); index <= server.lastIndex(); index++) {
            terms.append(' ').append(server.entryId(index).term());
            terms.append(index == server.commitIndex() ? " |" : "");
        }
        return id + " " + server.role() + " term " + server.term() + " leader " + server.leader() + " log"
                + (server.firstIndex() > 1 ? " " + (server.firstIndex() - 1) + ".." : "") + terms;
    }

    private static String describe(RaftMessage message) {
        return message.from() + "->" + message.to() + " " + message.getClass().getSimpleName() + details(message);
    }

    private static String details(RaftMessage message) {
        if (message instanceof AppendEntries m) {
            return " term " + m.term() + " prev " + m.prev() + " commit " + m.leaderCommit() + " entries "
                    + m.entries().stream().map(Entry::id).map(EntryId::toString).toList();
        } else if (message instanceof AppendEntriesReply m) {
            return " term " + m.term() + (m.success() ? " has " : " refuses ") + m.index()
                    + (m.success() ? "" : ", look at " + m.hint());
        } else if (message instanceof Heartbeat m) {
            return " term " + m.term() + " commit " + m.commitIndex();
        } else if (message instanceof RequestPreVote m) {
            return " term " + m.term() + " last " + m.last();
        } else if (message instanceof RequestVote m) {
            return " term " + m.term() + " last " + m.last() + (m.transfer() ? " transfer" : "");
        } else if (message instanceof RequestPreVoteReply m) {
            return " term " + m.term() + " " + m.refusal();
        } else if (message instanceof RequestVoteReply m) {
            return " term " + m.term() + " " + m.refusal();
        } else if (message instanceof InstallSnapshot m) {
            return " term " + m.term() + " last " + m.snapshot().lastIncluded();
        } else if (message instanceof ReadIndexReply m) {
            return " " + m.refusal() + " index " + m.index();
        }
        return "";
    }
}

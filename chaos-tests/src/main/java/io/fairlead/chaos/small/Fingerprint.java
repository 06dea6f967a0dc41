package io.fairlead.chaos.small;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A number that two objects share exactly if they will behave alike, but for chance and time: all their fields, and those of
 * what they refer to. So that nothing is overlooked when the core learns something new, fields are found by themselves,
 * and only those are left out that are listed here.
 */
final class Fingerprint {
    private static final String OURS = "io.fairlead.";

    /** Time: when something happens is the explorer's choice. Numbers that only count: how a state was reached. */
    private static final Set<String> LEFT_OUT = Set.of(
            "random",
            "deadline",
            "stickyUntil",
            "lastLeaderContact",
            "rearmedAfterPause",
            "heartbeatDeadline",
            "ackedSendNanos",
            "contactNanos",
            "pendingSnapshotSince",
            "lastNow",
            "nextMarkerAt",
            "unsyncedNanos",
            "sentAtNanos",
            "newestSentNanos",
            "steps",
            "timeoutNanos",
            "batches",
            "batch",
            "number",
            "life",
            "idleness", // Groups stay awake here, since nobody tells of nodes.
            "quiescence",
            "outbox",
            "settings",
            "dispatch");

    /** Parts of the server that other parts refer to as well. */
    private static final Set<String> PARTS_OF_SERVER = Set.of(
            "Server",
            "RaftLog",
            "PersistentState",
            "ConfigurationHistory",
            "Elections",
            "Following",
            "ForwardedProposals");

    private static final Map<Class<?>, Field[]> FIELDS = new ConcurrentHashMap<>();

    private long hash = 0x9E3779B97F4A7C15L;

    private Fingerprint() {}

    static long of(@Nullable Object object) {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add(object);
        return fingerprint.hash;
    }

    static long mix(long hash, long value) {
        long z = (hash ^ value) * 0xBF58476D1CE4E5B9L;
        z ^= z >>> 31;
        z *= 0x94D049BB133111EBL;
        return z ^ (z >>> 29);
    }

    private void add(long value) {
        hash = mix(hash, value);
    }

    @SuppressWarnings("EnumOrdinal") // Lives no longer than the process.
    private void add(@Nullable Object object) {
        if (object == null) {
            add(-1L);
        } else if (object instanceof Entry entry) {
            add(entry.term());
            add(entry.index());
            add(entry.crc32c());
        } else if (object instanceof Configuration configuration) {
            add(configuration.voters());
            add(configuration.outgoingVoters());
            add(configuration.learners());
            add(configuration.learnersNext());
        } else if (object instanceof Number number) {
            add(number.longValue());
        } else if (object instanceof Boolean || object instanceof String) {
            add((long) object.hashCode());
        } else if (object instanceof Enum<?> constant) {
            add((long) constant.ordinal());
        } else if (object instanceof Iterable<?> elements) {
            elements.forEach(this::add);
            add(-2L);
        } else if (object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                add(key);
                add(value);
            });
            add(-3L);
        } else if (object.getClass().isArray()) {
            addArray(object);
        } else if (object.getClass().getName().startsWith(OURS)) {
            addFields(object);
        } else {
            throw new IllegalArgumentException("what makes two of these alike? " + object.getClass());
        }
    }

    private void addArray(Object array) {
        if (array instanceof Object[] objects) {
            for (Object each : objects) {
                if (each != null) {
                    add(each);
                }
            }
        } else if (array instanceof long[] longs) {
            for (long each : longs) {
                add(each);
            }
        } else if (array instanceof int[] ints) {
            for (int each : ints) {
                add((long) each);
            }
        }
    }

    private void addFields(Object object) {
        add((long) object.getClass().getName().hashCode());
        try {
            for (Field field : FIELDS.computeIfAbsent(object.getClass(), Fingerprint::fieldsOf)) {
                Class<?> type = field.getType();
                if (type == long.class) {
                    add(field.getLong(object));
                } else if (type == int.class) {
                    add((long) field.getInt(object));
                } else if (type == boolean.class) {
                    add(field.getBoolean(object) ? 1L : 0L);
                } else {
                    add(field.get(object));
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field[] fieldsOf(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> each = type; each != Object.class && each != Record.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                String part = field.getType().getSimpleName();
                boolean elsewhere = (PARTS_OF_SERVER.contains(part)
                                && !type.getSimpleName().equals("Server"))
                        || (part.equals("Leadership") && !type.getSimpleName().equals("Leader"));
                if (!Modifier.isStatic(field.getModifiers()) && !LEFT_OUT.contains(field.getName()) && !elsewhere) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return fields.toArray(new Field[0]);
    }
}

package io.fairlead.chaos.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The search in one partition; can be interrupted and gone on with.
 *
 * <p>Nodes {@code 0..n-1} are the beginnings of calls, {@code n..2n-1} their ends, {@code 2n} is the list's head. A call
 * of unknown outcome has no end: it may be placed anywhere behind its beginning, or nowhere. States are numbered as they
 * are met.
 */
final class PartitionSearch<S, I, O> {
    enum Result {
        LEGAL,
        ILLEGAL,
        UNDECIDED
    }

    private static final int ILLEGAL_STATE = -1;

    private final Model<S, I, O> model;
    private final List<Operation<I, O>> operations;
    private final int n;
    private final int head;
    private final int[] next;
    private final int[] previous;
    private final boolean[] readOnly;
    private final boolean[] unknown;
    private final int[] sameAsEarlier;

    private final Map<S, Integer> stateNumbers = new HashMap<>();
    private final List<S> states = new ArrayList<>();
    private final TriedConfigurations tried;

    private final long[] placed;
    private int firstGap;
    private int lastPlaced;
    private final int[] stack;
    private final int[] stackStates;
    private int depth;
    private int state;
    private int remaining;
    private int entry;
    private long steps;

    private int longest = -1;
    private int[] longestStack = new int[0];

    PartitionSearch(Model<S, I, O> model, List<Operation<I, O>> unordered) {
        this.model = model;
        operations = new ArrayList<>(unordered);
        operations.sort((a, b) -> Long.compare(a.invokedAt(), b.invokedAt()));
        n = operations.size();
        head = 2 * n;
        next = new int[2 * n + 1];
        previous = new int[2 * n + 1];
        readOnly = new boolean[n];
        unknown = new boolean[n];
        sameAsEarlier = new int[n];
        placed = new long[(n + 63) >>> 6];
        stack = new int[n];
        stackStates = new int[n];
        tried = new TriedConfigurations();
        classify();
        link();
        state = numberOf(model.initial());
        entry = next[head];
    }

    private void classify() {
        Map<I, Integer> latestUnknown = new HashMap<>();
        for (int i = 0; i < n; i++) {
            Operation<I, O> operation = operations.get(i);
            unknown[i] = operation.outcome() == Operation.Outcome.UNKNOWN;
            O output = operation.output();
            readOnly[i] = output != null && model.isReadOnly(operation.input(), output);
            sameAsEarlier[i] = -1;
            if (unknown[i]) {
                Integer earlier = latestUnknown.put(operation.input(), i);
                sameAsEarlier[i] = earlier == null ? -1 : earlier;
            } else {
                remaining++;
            }
        }
    }

    /** Beginnings come before ends of the same instant: intervals are closed. */
    private void link() {
        List<Integer> nodes = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            nodes.add(i);
            if (!unknown[i]) {
                nodes.add(n + i);
            }
        }
        nodes.sort((a, b) -> {
            int byTime = Long.compare(timeOf(a), timeOf(b));
            return byTime != 0 ? byTime : Boolean.compare(a >= n, b >= n);
        });
        int last = head;
        for (int node : nodes) {
            next[last] = node;
            previous[node] = last;
            last = node;
        }
        next[last] = head;
        previous[head] = last;
    }

    private long timeOf(int node) {
        return node < n
                ? operations.get(node).invokedAt()
                : operations.get(node - n).returnedAt();
    }

    int size() {
        return n;
    }

    long steps() {
        return steps;
    }

    /** Tells if going on is of no use. */
    boolean isOutOfMemory() {
        return tried.isFull();
    }

    /** Goes on for {@code budget} more steps. */
    Result run(long budget) {
        long limit = steps + budget;
        while (remaining > 0) {
            if (steps++ >= limit || tried.isFull()) {
                return Result.UNDECIDED;
            }
            if (entry < n) {
                if (!place(entry)) {
                    entry = next[entry];
                }
            } else if (!takeBack()) {
                return Result.ILLEGAL;
            }
        }
        return Result.LEGAL;
    }

    /** Lets a call take effect next, if that is legal and not known to lead nowhere. */
    private boolean place(int call) {
        int earlier = sameAsEarlier[call];
        if (earlier >= 0 && (placed[earlier >>> 6] & (1L << earlier)) == 0) {
            return false; // The same call, begun earlier, can stand for this one.
        }
        int after = step(state, call);
        if (after == ILLEGAL_STATE || (unknown[call] && after == state)) {
            return false; // A call that nobody answered and that changes nothing need not be placed.
        }
        mark(call);
        if (!readOnly[call] && !tried.add(placed, firstGap, lastPlaced, after)) {
            unmark(call);
            return false;
        }
        stack[depth] = call;
        stackStates[depth] = state;
        depth++;
        state = after;
        unlink(call);
        if (!unknown[call]) {
            unlink(n + call);
            remaining--;
        }
        entry = next[head];
        return true;
    }

    /**
     * A call has ended that did not take effect yet: something before it was wrong. A read that was legal where it was
     * placed is never what was wrong.
     */
    private boolean takeBack() {
        if (depth > longest) {
            longest = depth;
            longestStack = Arrays.copyOf(stack, depth);
        }
        while (depth > 0) {
            depth--;
            int call = stack[depth];
            state = stackStates[depth];
            unmark(call);
            if (!unknown[call]) {
                relink(n + call);
                remaining++;
            }
            relink(call);
            if (!readOnly[call]) {
                entry = next[call];
                return true;
            }
        }
        return false;
    }

    private void mark(int call) {
        int word = call >>> 6;
        placed[word] |= 1L << call;
        lastPlaced = Math.max(lastPlaced, word + 1);
        while (firstGap < lastPlaced && placed[firstGap] == -1L) {
            firstGap++;
        }
    }

    private void unmark(int call) {
        int word = call >>> 6;
        placed[word] &= ~(1L << call);
        firstGap = Math.min(firstGap, word);
        while (lastPlaced > 0 && placed[lastPlaced - 1] == 0) {
            lastPlaced--;
        }
    }

    private void unlink(int node) {
        next[previous[node]] = next[node];
        previous[next[node]] = previous[node];
    }

    private void relink(int node) {
        next[previous[node]] = node;
        previous[next[node]] = node;
    }

    private int step(int from, int call) {
        Operation<I, O> operation = operations.get(call);
        S after = model.step(states.get(from), operation.input(), operation.output());
        return after == null ? ILLEGAL_STATE : numberOf(after);
    }

    private int numberOf(S value) {
        Integer known = stateNumbers.putIfAbsent(value, states.size());
        if (known != null) {
            return known;
        }
        states.add(value);
        return states.size() - 1;
    }

    /** The longest order that was found, and what could not follow it. */
    String explain() {
        StringBuilder text = new StringBuilder(200);
        boolean[] in = new boolean[n];
        @Nullable S current = model.initial();
        text.append("no order explains these ").append(n).append(" calls; the longest that explains some is:\n");
        for (int i = 0; i < longestStack.length; i++) {
            int call = longestStack[i];
            in[call] = true;
            Operation<I, O> operation = operations.get(call);
            current = model.step(Objects.requireNonNull(current), operation.input(), operation.output());
            if (i >= longestStack.length - 30) {
                text.append("  ")
                        .append(operation)
                        .append("   => ")
                        .append(current)
                        .append('\n');
            }
        }
        text.append("then none of these can come:\n");
        int shown = 0;
        for (int i = 0; i < n && shown < 12; i++) {
            if (!in[i]) {
                text.append("  ").append(operations.get(i)).append('\n');
                shown++;
            }
        }
        return text.toString();
    }
}

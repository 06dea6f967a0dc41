package io.fairlead.kv;

/**
 * Names one change of the store: all changes of one write share {@code main} and are numbered by {@code sub} in the
 * order in which they were made.
 *
 * @param main the store's revision after the write; a fresh store is at 1
 * @param sub the change's place in its write, from 0
 */
public record Revision(long main, int sub) implements Comparable<Revision> {
    @Override
    public int compareTo(Revision other) {
        return main != other.main ? Long.compare(main, other.main) : Integer.compare(sub, other.sub);
    }

    @Override
    public String toString() {
        return main + "." + sub;
    }
}

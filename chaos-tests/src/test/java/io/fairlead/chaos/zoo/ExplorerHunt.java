package io.fairlead.chaos.zoo;

import io.fairlead.chaos.small.Bounds;
import io.fairlead.chaos.small.Bounds.Event;
import io.fairlead.chaos.small.Explorer;
import java.util.function.LongFunction;

/** What runs inside a {@link BuggyLibrary}: explores so many states; answers what is wrong, empty if nothing is. */
public final class ExplorerHunt implements LongFunction<String> {
    /** Made by {@link Hunt#in}. */
    public ExplorerHunt() {}

    @Override
    public String apply(long states) {
        Bounds bounds =
                Bounds.of(3, 0, 3).with(Event.TIMEOUT, 2).with(Event.PROPOSE, 1).with(Event.CRASH, 1);
        return new Explorer(bounds).explore(states).violation().orElse("");
    }
}

package io.fairlead.chaos.zoo;

import java.util.List;
import java.util.Optional;

/**
 * A deliberate bug.
 *
 * @param id short and stable
 * @param what a sentence that a reader of the paper understands
 * @param breaks the rules it breaks
 * @param edits what is changed in the sources
 * @param profile the family of runs that is searched, if not all of them
 */
record Bug(String id, String what, String breaks, List<Edit> edits, Optional<String> profile) {
    /**
     * One change.
     *
     * @param method in the body of this method, or constructor
     * @param was what stands there, in any layout
     * @param becomes what stands there instead
     */
    record Edit(String method, String was, String becomes) {}

    @Override
    public String toString() {
        return id + ": " + what;
    }
}

package io.skbstream.chaos.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects what does not hold. Used by one thread. */
public final class Verdict {

    private final List<String> failures = new ArrayList<>();

    /** Says what was found, if it does not hold. */
    public void expect(boolean holds, String format, Object... found) {
        if (!holds) {
            failures.add(String.format(Locale.ROOT, format, found));
        }
    }

    /** Says both numbers if they differ. */
    public void same(String what, long one, long other) {
        expect(one == other, "%s: %,d and %,d", what, one, other);
    }

    /** What does not hold, in the order in which it was found. */
    public List<String> failures() {
        return List.copyOf(failures);
    }
}

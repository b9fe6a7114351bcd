package io.skbstream.chaos.run;

import java.io.PrintStream;
import java.util.List;

/** Prints what came of each run, and counts. Used by one thread. */
public final class Report {

    private final PrintStream out;
    private int passed;
    private int failed;
    private int skipped;

    public Report(PrintStream out) {
        this.out = out;
    }

    public void say(String line) {
        out.println(line);
        out.flush();
    }

    /** Counts one run: passed, if nothing failed to hold. */
    public void result(String title, List<String> failures) {
        if (failures.isEmpty()) {
            passed++;
            say("  passed: " + title);
        } else {
            failed++;
            say("  FAILED: " + title);
            failures.forEach(failure -> say("    " + failure));
        }
    }

    public void skip(String title, String why) {
        skipped++;
        say("  skipped: " + title + ": " + why);
    }

    public boolean hasFailures() {
        return failed > 0;
    }

    /** The last line. */
    public void total() {
        say(passed + " passed, " + failed + " failed, " + skipped + " skipped");
    }
}

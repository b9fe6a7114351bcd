package io.skbstream.demo;

import io.skbstream.avro.LoopbackByHost;
import java.util.List;

/** Where the demo is shown. Used by one thread. */
interface Screen {
    /** What stays true for the whole run, once it is known. */
    void title(String title);

    /** Where the live page is, once it answers. */
    void page(String address);

    /** What goes on right now: starting, stopping. */
    void phase(String phase);

    /** The moment's figures, and the rows that changed. */
    void show(Status status, List<LoopbackByHost> changed);

    /** A line that stays. */
    void line(String line);
}

package io.skbstream.chaos.fault;

/** Something that goes wrong for a while. Immutable; what it does it does to the scene. */
public interface Fault {

    /** What a fault is done to. Two faults of one target never overlap. */
    enum Target {
        BROKER,
        NETWORK,
        SPOOL_DISK,
        CLOCK,
        AGENT
    }

    Target target();

    /** In a few words, for one line of the report. */
    String describe();

    void begin(Scene scene) throws Exception;

    /** Heals it; the scene is as before, but for what is lost. */
    void end(Scene scene) throws Exception;
}

package io.skbstream.chaos.fault;

/** The spool's disk can only be read. */
public record DiskReadOnly() implements Fault {

    @Override
    public Target target() {
        return Target.SPOOL_DISK;
    }

    @Override
    public String describe() {
        return "spool disk read-only";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.disk().makeReadOnly();
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.disk().makeWritable();
    }
}

package io.skbstream.chaos.fault;

/** No byte more fits on the spool's disk. */
public record DiskFull() implements Fault {

    @Override
    public Target target() {
        return Target.SPOOL_DISK;
    }

    @Override
    public String describe() {
        return "spool disk full";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.disk().fill();
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.disk().empty();
    }
}

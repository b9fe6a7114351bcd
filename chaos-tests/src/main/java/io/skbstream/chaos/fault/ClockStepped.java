package io.skbstream.chaos.fault;

/**
 * The agent's wall clock jumps, and back.
 *
 * @param seconds ahead, or behind if negative
 */
public record ClockStepped(long seconds) implements Fault {

    @Override
    public Target target() {
        return Target.CLOCK;
    }

    @Override
    public String describe() {
        return "clock step " + seconds + " s";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.clock().stepTo(seconds);
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.clock().stepTo(0);
    }
}

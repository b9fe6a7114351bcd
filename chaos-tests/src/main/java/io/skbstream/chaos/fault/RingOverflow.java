package io.skbstream.chaos.fault;

/**
 * The agent does not run while much comes: more than its ring holds.
 *
 * @param burst datagrams a second
 * @param rate datagrams a second before and after
 */
public record RingOverflow(int burst, int rate) implements Fault {

    @Override
    public Target target() {
        return Target.AGENT;
    }

    @Override
    public String describe() {
        return "agent SIGSTOP, " + burst + "/s";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.agents().pause();
        scene.traffic().rate(burst);
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.agents().resume();
        scene.traffic().rate(rate);
    }
}

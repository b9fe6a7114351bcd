package io.skbstream.chaos.fault;

/** The agent is ended in order under load, and started again on the same spool. */
public record AgentTerminated() implements Fault {

    @Override
    public Target target() {
        return Target.AGENT;
    }

    @Override
    public String describe() {
        return "agent SIGTERM";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.agents().terminate();
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.agents().begin();
    }
}

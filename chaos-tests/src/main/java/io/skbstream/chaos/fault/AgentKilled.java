package io.skbstream.chaos.fault;

/** The agent is killed under load, and started again on the same spool. */
public record AgentKilled() implements Fault {

    @Override
    public Target target() {
        return Target.AGENT;
    }

    @Override
    public String describe() {
        return "agent SIGKILL";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.agents().kill();
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.agents().begin();
    }
}

package io.skbstream.chaos.fault;

/** The broker keeps its connections and does not answer. */
public record BrokerPaused() implements Fault {

    @Override
    public Target target() {
        return Target.BROKER;
    }

    @Override
    public String describe() {
        return "broker SIGSTOP";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.broker().pause();
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.broker().resume();
    }
}

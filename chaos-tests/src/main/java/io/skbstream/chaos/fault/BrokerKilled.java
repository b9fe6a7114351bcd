package io.skbstream.chaos.fault;

/** The broker is killed, and started again on the same data. */
public record BrokerKilled() implements Fault {

    @Override
    public Target target() {
        return Target.BROKER;
    }

    @Override
    public String describe() {
        return "broker SIGKILL";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.broker().kill();
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.broker().start();
    }
}

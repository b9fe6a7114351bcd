package io.skbstream.chaos.fault;

/** The broker is stopped in order, and started again on the same data. */
public record BrokerRestarted() implements Fault {

    @Override
    public Target target() {
        return Target.BROKER;
    }

    @Override
    public String describe() {
        return "broker restart";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.broker().stop();
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.broker().start();
    }
}

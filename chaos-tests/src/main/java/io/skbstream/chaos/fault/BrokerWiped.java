package io.skbstream.chaos.fault;

/** The broker loses its disk: a new cluster on the same address. */
public record BrokerWiped() implements Fault {

    @Override
    public Target target() {
        return Target.BROKER;
    }

    @Override
    public String describe() {
        return "broker disk wiped";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.broker().kill();
        scene.broker().wipe();
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.broker().start();
        scene.furnish();
    }
}

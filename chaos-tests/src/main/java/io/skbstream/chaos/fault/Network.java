package io.skbstream.chaos.fault;

import io.skbstream.chaos.proxy.Conduct;
import java.util.Locale;

/**
 * The way to the broker is bad.
 *
 * @param conduct in which way
 */
public record Network(Conduct conduct) implements Fault {

    @Override
    public Target target() {
        return Target.NETWORK;
    }

    @Override
    public String describe() {
        return "network "
                + conduct.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (conduct.amount() == 0 ? "" : " " + conduct.amount());
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.proxy().conduct(conduct);
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.proxy().conduct(Conduct.PASS);
    }
}

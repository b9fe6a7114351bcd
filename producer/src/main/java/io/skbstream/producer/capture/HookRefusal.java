package io.skbstream.producer.capture;

import io.skbstream.producer.Obstacle;

/**
 * A hook that could not be used.
 *
 * @param hook which one
 * @param obstacle why, and what to do about it
 */
public record HookRefusal(Hook hook, Obstacle obstacle) {

    @Override
    public String toString() {
        return hook.option() + ": " + obstacle;
    }
}

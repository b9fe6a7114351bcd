package io.skbstream.producer.capture;

import io.skbstream.producer.Obstacle;

/**
 * A hook that could not be used.
 *
 * @param hook which one
 * @param obstacle why, and what to do about it
 * @param isOfHookAlone whether another hook may work; otherwise each meets the same obstacle
 */
public record HookRefusal(Hook hook, Obstacle obstacle, boolean isOfHookAlone) {

    static HookRefusal ofHookAlone(Hook hook, Obstacle obstacle) {
        return new HookRefusal(hook, obstacle, true);
    }

    static HookRefusal asEveryHook(Hook hook, Obstacle obstacle) {
        return new HookRefusal(hook, obstacle, false);
    }

    @Override
    public String toString() {
        return hook.option() + ": " + obstacle;
    }
}

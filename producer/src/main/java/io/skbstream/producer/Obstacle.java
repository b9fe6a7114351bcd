package io.skbstream.producer;

import java.io.Serializable;

/**
 * What stands in the way, in words for the person who runs the agent; immutable.
 *
 * @param reason what it is, in one line
 * @param remedy what to do about it, in one line; empty if nothing
 */
public record Obstacle(String reason, String remedy) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Reason and remedy in one line. */
    @Override
    public String toString() {
        return remedy.isEmpty() ? reason : reason + "; " + remedy;
    }
}

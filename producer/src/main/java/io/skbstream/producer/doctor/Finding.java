package io.skbstream.producer.doctor;

import io.skbstream.producer.Obstacle;

/**
 * What one check found.
 *
 * @param status how it bears on running the agent
 * @param subject what was looked at
 * @param text what was found
 * @param remedy what to do about it; empty if nothing
 */
public record Finding(Status status, String subject, String text, String remedy) {

    /** How a finding bears on running the agent. */
    public enum Status {
        /** As it should be. */
        OK,
        /** The agent runs, with a difference that one should know. */
        NOTE,
        /** The agent cannot run until this is mended. */
        BAD
    }

    static Finding note(String subject, Obstacle obstacle) {
        return note(subject, obstacle.reason(), obstacle.remedy());
    }

    static Finding bad(String subject, Obstacle obstacle) {
        return bad(subject, obstacle.reason(), obstacle.remedy());
    }

    static Finding ok(String subject, String text) {
        return new Finding(Status.OK, subject, text, "");
    }

    static Finding note(String subject, String text, String remedy) {
        return new Finding(Status.NOTE, subject, text, remedy);
    }

    static Finding bad(String subject, String text, String remedy) {
        return new Finding(Status.BAD, subject, text, remedy);
    }
}

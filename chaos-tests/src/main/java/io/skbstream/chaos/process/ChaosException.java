package io.skbstream.chaos.process;

/** A part did not do as it should, or a step took longer than its bound. Fails the run, and no other. */
public final class ChaosException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ChaosException(String message) {
        super(message);
    }

    public ChaosException(String message, Throwable cause) {
        super(message, cause);
    }
}

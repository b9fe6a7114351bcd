package io.skbstream.demo.part;

/** A part did not start or ended by itself. The message says which, why, and what to do; further lines are the end of its log. */
public final class PartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PartException(String message) {
        super(message);
    }

    PartException(String message, Throwable cause) {
        super(message, cause);
    }
}

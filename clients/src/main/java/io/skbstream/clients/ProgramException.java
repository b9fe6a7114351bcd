package io.skbstream.clients;

/**
 * A failure whose message is written for the person who runs the program: what was being done, with what, why it failed, and
 * what to do next. {@link Program} prints that message and no stack trace.
 */
public class ProgramException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ProgramException(String message) {
        super(message);
    }

    public ProgramException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether the line breaks in the message are its own, as before the end of a log; otherwise none is shown as one. */
    protected boolean hasLines() {
        return false;
    }
}

package io.skbstream.demo.part;

import io.skbstream.clients.ProgramException;

/** A part did not start or ended by itself. The message says which, why, and what to do; further lines are the end of its log. */
public final class PartException extends ProgramException {
    private static final long serialVersionUID = 1;

    public PartException(String message) {
        super(message);
    }

    PartException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    protected boolean hasLines() {
        return true;
    }
}

package io.skbstream.producer;

/**
 * A failure whose message is written for the person who runs the agent: what was being done, with what, why it failed,
 * and what to do next. The command line prints that message and no stack trace.
 */
public class AgentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AgentException(String message) {
        super(message);
    }

    public AgentException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.skbstream.producer;

/**
 * A failure whose message is written for the person who runs the agent: what was being done, with what, why it failed,
 * and what to do next. The command line prints that message and no stack trace.
 */
public class AgentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Obstacle obstacle;

    public AgentException(String message) {
        this(new Obstacle(message, ""));
    }

    public AgentException(String message, Throwable cause) {
        super(message, cause);
        this.obstacle = new Obstacle(message, "");
    }

    public AgentException(Obstacle obstacle) {
        super(obstacle.toString());
        this.obstacle = obstacle;
    }

    /** The message as reason and remedy; the remedy is empty where the message was written in one piece. */
    public Obstacle obstacle() {
        return obstacle;
    }
}

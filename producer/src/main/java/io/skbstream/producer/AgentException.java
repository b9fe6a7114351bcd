package io.skbstream.producer;

import io.skbstream.clients.ProgramException;

/** A failure of one of the agent's commands, told as a {@link ProgramException}; with the remedy apart where it was written so. */
public class AgentException extends ProgramException {

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

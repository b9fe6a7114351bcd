package io.skbstream.chaos.fault;

/** The topic of the events is deleted with all that is in it, and made again later, empty. */
public record TopicDeleted() implements Fault {

    @Override
    public Target target() {
        return Target.BROKER;
    }

    @Override
    public String describe() {
        return "topic deleted";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.admin().deleteTopic(scene.topic());
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.admin().createTopic(scene.topic());
    }
}

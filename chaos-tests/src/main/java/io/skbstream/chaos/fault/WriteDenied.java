package io.skbstream.chaos.fault;

/** An ACL forbids the agent to write to the topic. */
public record WriteDenied() implements Fault {

    @Override
    public Target target() {
        return Target.BROKER;
    }

    @Override
    public String describe() {
        return "write denied by ACL";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.admin().denyWrite(scene.topic());
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.admin().allowWrite(scene.topic());
    }
}

package io.skbstream.chaos.fault;

/** The agent can no longer log in, and has to. */
public record CredentialDeleted() implements Fault {

    @Override
    public Target target() {
        return Target.BROKER;
    }

    @Override
    public String describe() {
        return "credential deleted";
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.admin().deleteUser();
        scene.proxy().cut();
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.admin().createUser();
    }
}

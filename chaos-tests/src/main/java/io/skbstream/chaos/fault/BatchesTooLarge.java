package io.skbstream.chaos.fault;

/**
 * The topic takes only small batches: it refuses some records for good, or all.
 *
 * @param bytes bound of a batch, as the broker counts it
 */
public record BatchesTooLarge(int bytes) implements Fault {

    /**
     * Between the sizes of two batches of one event each, uncompressed, that differ in the length of the sender's name alone: 134 to
     * 141 bytes with the short one, 14 more with the long one.
     */
    public static final int BETWEEN_NAMES = 145;

    @Override
    public Target target() {
        return Target.BROKER;
    }

    @Override
    public String describe() {
        return "max.message.bytes " + bytes;
    }

    @Override
    public void begin(Scene scene) throws Exception {
        scene.admin().limitBatches(scene.topic(), bytes);
    }

    @Override
    public void end(Scene scene) throws Exception {
        scene.admin().unlimitBatches(scene.topic());
    }
}

package io.skbstream.example;

/** What the tasks need to know of the events' topic. Safe for their threads. */
interface Coverage {
    /** How many partitions the topic has, as this run of the job reads it. */
    int partitions();

    /** Whether an event was moved to its host's home when the topic changed, so that it does not count where it lies. */
    boolean wasMoved(String host, int partition, long offset);

    /** Whether rows may lack events of partitions that have not been read yet. */
    boolean isPartial();

    /**
     * Checks that the topic is still the one that this run reads. Passes if Kafka does not answer.
     *
     * @throws IllegalStateException if it is not
     */
    void verify();

    /** Of a topic that does not change and is read from its begin. */
    static Coverage of(int partitions) {
        return new Coverage() {
            @Override
            public int partitions() {
                return partitions;
            }

            @Override
            public boolean wasMoved(String host, int partition, long offset) {
                return false;
            }

            @Override
            public boolean isPartial() {
                return false;
            }

            @Override
            public void verify() {}
        };
    }
}

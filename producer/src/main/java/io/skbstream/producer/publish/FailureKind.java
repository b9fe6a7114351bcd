package io.skbstream.producer.publish;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** What a failure to deliver an event says: of the event, of the moment, or of the connection. */
enum FailureKind {
    /** This record will never be taken: it is rejected, and no other one with it. */
    RECORD("refuses records for good"),
    /** Another try, later, may do: no acknowledgement in time, no leader, no room. */
    MOMENT("does not take events now"),
    /** Nothing will be taken until somebody changes something: rights, credentials, certificates, versions. */
    CONNECTION("rejects this agent until the configuration is fixed");

    private final String meaning;

    FailureKind(String meaning) {
        this.meaning = meaning;
    }

    /** What Kafka does, in words that follow its name. */
    String meaning() {
        return meaning;
    }

    static FailureKind of(Exception failure) {
        if (failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof InvalidTimestampException
                || failure instanceof UnsupportedForMessageFormatException
                || failure instanceof SerializationException) {
            return RECORD;
        }
        if (failure instanceof AuthenticationException
                || failure instanceof AuthorizationException
                || failure instanceof InvalidTopicException
                || failure instanceof UnsupportedVersionException) {
            return CONNECTION;
        }
        return MOMENT;
    }

    /** Whether Kafka's client may be in a state that it does not leave by itself: another one has to take its place. */
    static boolean asksForNewClient(Exception failure) {
        return of(failure) == CONNECTION || of(failure) == MOMENT && !(failure instanceof RetriableException);
    }
}

package io.skbstream.producer.audit;

import io.skbstream.avro.AckedLog;
import io.skbstream.avro.AgentLedger;
import java.util.List;

/**
 * How many of a session's acknowledged events can have left the topic since, at most, by the evidence of where they were
 * acknowledged.
 *
 * @param topicGone their log is not there any more
 * @param retention their log is, but begins behind them now
 */
record Expired(long topicGone, long retention) {

    private static final Expired NONE = new Expired(0, 0);

    static Expired of(AgentLedger ledger, TopicNow topic) {
        if (!ledger.getTopic().equals(topic.name())) {
            return NONE; // a copy of the topic: ids and offsets of the original say nothing about it
        }
        long topicGone = 0;
        long retention = 0;
        List<AckedLog> logs = ledger.getLogs();
        for (int i = 0; i < logs.size(); i++) {
            AckedLog log = logs.get(i);
            if (isGone(log, logs.subList(i + 1, logs.size()), topic)) {
                topicGone += log.getAcked();
            } else {
                retention += behindTheBeginning(log, topic.partition(log.getPartition()));
            }
        }
        return new Expired(topicGone, retention);
    }

    private static boolean isGone(AckedLog log, List<AckedLog> later, TopicNow topic) {
        return differ(log.getTopicId(), topic.id())
                || log.getLastOffset() >= topic.partition(log.getPartition()).end()
                || later.stream().anyMatch(next -> replaces(next, log));
    }

    /**
     * A later log of the same partition, unless it is the same one: agents that replay a session each tell their own part of
     * it, and may have learned the topic's id late.
     */
    private static boolean replaces(AckedLog later, AckedLog log) {
        boolean goesOn = !differ(log.getTopicId(), later.getTopicId()) && later.getFirstOffset() > log.getLastOffset();
        return later.getPartition() == log.getPartition() && !goesOn;
    }

    private static boolean differ(String id, String other) {
        return !id.isEmpty() && !other.isEmpty() && !id.equals(other);
    }

    private static long behindTheBeginning(AckedLog log, TopicNow.Offsets now) {
        long first = Math.max(0, log.getFirstOffset()); // -1: no acknowledgement named one
        return Math.min(log.getAcked(), Math.max(0, now.beginning() - first));
    }
}

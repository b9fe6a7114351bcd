/**
 * A live page of all hosts, served by every instance of the job: {@link io.skbstream.example.page.Page}.
 *
 * <pre>
 *   result topic, ledger topic ──► TopicReader ──► Fleet ──► Broadcast ──► Subscriber, one for each open page
 *                                  its own thread   bounded   once a second   bounded; who lags is dropped
 * </pre>
 */
package io.skbstream.example.page;

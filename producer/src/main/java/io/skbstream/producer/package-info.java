/** The agent of one host: {@code __netif_receive_skb} hits out of the kernel, Avro records into Kafka. */
package io.skbstream.producer;

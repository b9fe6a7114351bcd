package io.skbstream.kerneltests;

import io.skbstream.producer.it.DevicesIT;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;

/** The agent's own test of devices, at the kprobe, and on 5.10 without cookies of network namespaces. */
@Tag("stock")
@Order(1)
class Devices extends DevicesIT {}

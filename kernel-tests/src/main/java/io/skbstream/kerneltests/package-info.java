/**
 * Tests that run inside a guest, a machine of its own with a stock kernel and its release's user space: the agent's jar
 * against real kprobes, a real broker and the kernel's own counters. JUnit's console launcher runs them; the tag says in which
 * boot of a guest a class belongs.
 */
package io.skbstream.kerneltests;

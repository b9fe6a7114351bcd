/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-3-Clause) */
/*
 * What the kernel side and the agent both know: the layouts of one event, of the settings and of the counters.
 * The agent names the same offsets in Java and holds them against this object's BTF in a test (LayoutTest).
 */
#ifndef SKBSTREAM_H
#define SKBSTREAM_H

#define SKBSTREAM_NAME_LEN 16 /* IFNAMSIZ and TASK_COMM_LEN are both 16 */
#define SKBSTREAM_MAX_DEVICES 8 /* how many names one --device list can hold */
#define SKBSTREAM_DEVICE_ROWS 1024 /* how many devices each CPU can count apart */
#define SKBSTREAM_MAX_PORTS 8 /* how many ports one --exclude-ports list can hold */

/* One hit, as it lies in the ring buffer. Widest first, so that there is no padding to leak kernel memory. */
struct skb_event {
	__u64 seq; /* per CPU, from 0; a number that never arrives was lost to a full ring */
	__u64 ktime_ns; /* CLOCK_MONOTONIC */
	__u64 skb; /* kernel address of the sk_buff; never leaves the agent unhashed unless asked */
	__u64 netns; /* inode of the network namespace, as in /proc/PID/ns/net */
	__u32 len; /* skb->len: without the Ethernet header */
	__u32 cpu;
	__u32 tgid; /* the task that the softirq ran on top of, not the packet's owner */
	__u32 tid;
	__u32 ifindex;
	__u32 protocol; /* ethertype in host order, 0x0800 for IPv4 */
	char device[SKBSTREAM_NAME_LEN];
	char comm[SKBSTREAM_NAME_LEN];
};

/* Fixed between open and load; the verifier prunes what is off. */
struct settings {
	__u64 netns; /* only this network namespace; 0: all */
	__u64 wakeup_bytes; /* wake the reader when this much is unread; else it comes by itself */
	__u64 excluded_netns; /* where excluded_ports holds; 0: everywhere */
	__u64 rate_interval_ns; /* each CPU sends one event in so many ns, on average; 0: no limit */
	__u32 min_len; /* shorter packets are filtered */
	__u32 sample_every; /* send one hit in so many, chosen at random; 1: all */
	__u32 device_count; /* names in use in devices[]; 0: every device */
	__u32 excludes_ports; /* whether there are, or will be, ports in excluded_ports; 0: never */
	char devices[SKBSTREAM_MAX_DEVICES][SKBSTREAM_NAME_LEN]; /* NUL-padded */
	char comm[SKBSTREAM_NAME_LEN]; /* only while a CPU runs a task with this name, NUL-padded; empty: any */
	__u64 tgid; /* only while a CPU runs this process; 0: any */
};

/* The agent learns while the program runs where brokers listen, and writes it here then: each port in one store. */
struct excluded_ports {
	__u16 ports[SKBSTREAM_MAX_PORTS]; /* TCP packets from or to these on loopback devices are filtered; 0: unused */
};

/* Of one CPU, in cache lines of its own. hits = filtered + sampled_out + rate_limited + ring_full + what the ring delivered. */
struct counters {
	__u64 hits;
	__u64 bytes; /* sum of skb->len over hits */
	__u64 filtered;
	__u64 sampled_out;
	__u64 rate_limited;
	__u64 ring_full;
	__u64 next_seq; /* what the next event to be sent will carry */
	__u64 unattributed; /* hits that found the device table full */
	__u64 rate_clock_ns; /* the time up to which the rate limit is used up; ahead of now after a burst */
	__u64 devices; /* rows in use of this CPU's part of the device table */
	__u64 unattributed_bytes; /* sum of skb->len over unattributed */
} __attribute__((aligned(64)));

/*
 * Every hit is in one of these, whatever the filters say. Inode and ifindex alone tell no device apart: the next
 * namespace gets the inode of one that has gone, and a device may be renamed.
 */
struct device_key {
	__u64 netns_life; /* its namespace's cookie, unique since boot; before Linux 5.12 its inode << 32 | hash_mix */
	__u32 ifindex;
	__u32 cpu;
	char device[SKBSTREAM_NAME_LEN]; /* NUL-padded */
};

/* What one CPU saw of one device. */
struct device_counters {
	__u64 netns;
	__u64 packets;
	__u64 bytes; /* sum of skb->len */
	__u32 ifindex;
	__u32 has_cookie; /* whether netns_life is the namespace's cookie */
	char device[SKBSTREAM_NAME_LEN];
	__u64 netns_life; /* as in the key */
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct skb_event) == 88, "the event has no padding");
_Static_assert(sizeof(struct settings) == 200, "the settings have no padding");
_Static_assert(sizeof(struct device_key) == 32, "a key has no padding");
_Static_assert(sizeof(struct counters) == 128, "the counters take two cache lines");
_Static_assert(sizeof(struct device_counters) == 64, "a device's counters take one cache line");

#endif

// SPDX-License-Identifier: (GPL-2.0-only OR BSD-3-Clause)
/*
 * One event for each packet that enters __netif_receive_skb(), through whichever of three hooks the kernel offers.
 *
 * A hit runs in softirq context with bottom halves off, so hits of one CPU never nest: plain increments of a CPU's own
 * values are exact, and sequence order is ring order for each CPU. On PREEMPT_RT this holds as long as bottom halves
 * exclude each other on a CPU.
 */
#include "kernel_types.h"
#include "skbstream.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stdbool.h>

#ifndef barrier /* libbpf before 0.5 has none */
#define barrier() asm volatile("" ::: "memory")
#endif

/* How long the rate limit may save up what it was not asked for. */
#define BURST_NS (100 * 1000 * 1000ULL)

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 * 1024 * 1024); /* bytes; the agent sets its own size before load */
} events SEC(".maps");

/*
 * What the agent reads is in arrays that it maps into its memory. It must not use bpf(BPF_MAP_LOOKUP_ELEM): while that runs
 * on a CPU, the kernel skips the programs of kprobes there (bpf_disable_instrumentation()), and a packet whose interrupt
 * comes in between is not seen. So there is an element for each CPU instead of a per-CPU map, which cannot be mapped.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* the agent sets the number of CPUs before load */
	__type(key, __u32); /* the CPU's number */
	__type(value, struct counters);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SKBSTREAM_DEVICE_ROWS); /* times the number of CPUs */
	__type(key, __u32); /* the rows of CPU 0, those of CPU 1, … */
	__type(value, struct device_counters);
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SKBSTREAM_DEVICE_ROWS); /* times the number of CPUs; preallocated, since older kernels may not allocate */
	__type(key, struct device_key);
	__type(value, __u32); /* index in devices */
} device_rows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct excluded_ports);
} excluded_ports SEC(".maps");

const volatile struct settings settings = {
	.wakeup_bytes = 64 * 1024,
	.sample_every = 1,
};

/* Never used: it puts the event's layout into the object's BTF, which the agent's LayoutTest reads. */
const struct skb_event *skb_event_layout;

static __always_inline bool device_wanted(const char name[SKBSTREAM_NAME_LEN])
{
	const __u64 *is = (const __u64 *)name;

	if (!settings.device_count)
		return true;
	for (__u32 i = 0; i < SKBSTREAM_MAX_DEVICES; i++) {
		const volatile __u64 *want = (const volatile __u64 *)settings.devices[i];

		if (i < settings.device_count && is[0] == want[0] && is[1] == want[1])
			return true;
	}
	return false;
}

/* The task that the CPU was running need not be the one that the packet is for. */
static __always_inline bool task_wanted(void)
{
	const volatile __u64 *want = (const volatile __u64 *)settings.comm;
	char comm[SKBSTREAM_NAME_LEN] __attribute__((aligned(8))) = {};
	const __u64 *is = (const __u64 *)comm;

	if (settings.tgid && bpf_get_current_pid_tgid() >> 32 != settings.tgid)
		return false;
	if (!want[0])
		return true;
	bpf_get_current_comm(comm, sizeof(comm));
	return is[0] == want[0] && is[1] == want[1];
}

/*
 * Where the TCP header begins, counted from skb->data, which points to the network header at all three hooks. 0: this is
 * no TCP, or a fragment without its header, or IPv6 with extension headers.
 */
static __always_inline __u32 tcp_offset(struct sk_buff *skb, const unsigned char *data, __u32 linear)
{
	__u16 protocol = bpf_ntohs(BPF_CORE_READ(skb, protocol));
	struct ipv6hdr ip6;
	struct iphdr ip;

	if (protocol == ETH_P_IP && linear >= sizeof(ip)) {
		if (bpf_probe_read_kernel(&ip, sizeof(ip), data) == 0 && ip.protocol == IPPROTO_TCP &&
		    !(ip.frag_off & bpf_htons(IP_OFFSET)))
			return ip.ihl * 4;
	} else if (protocol == ETH_P_IPV6 && linear >= sizeof(ip6)) {
		if (bpf_probe_read_kernel(&ip6, sizeof(ip6), data) == 0 && ip6.nexthdr == IPPROTO_TCP)
			return sizeof(ip6);
	}
	return 0;
}

/* Kafka's own traffic on this host: it would make events, which make traffic. */
static __always_inline bool port_excluded(struct sk_buff *skb, struct net_device *dev, __u64 netns, __u32 len)
{
	struct {
		__be16 source;
		__be16 dest;
	} tcp; /* the beginning of its header */
	const struct excluded_ports *excluded;
	const unsigned char *data;
	__u32 linear, offset, first = 0;

	if (!settings.excludes_ports || (settings.excluded_netns && netns != settings.excluded_netns) ||
	    !(BPF_CORE_READ(dev, flags) & IFF_LOOPBACK))
		return false;
	excluded = bpf_map_lookup_elem(&excluded_ports, &first);
	if (!excluded) /* cannot be */
		return false;
	data = BPF_CORE_READ(skb, data);
	linear = len - BPF_CORE_READ(skb, data_len); /* the rest is not at skb->data */
	offset = tcp_offset(skb, data, linear);
	if (!offset || linear < offset + sizeof(tcp) || bpf_probe_read_kernel(&tcp, sizeof(tcp), data + offset))
		return false;
	for (__u32 i = 0; i < SKBSTREAM_MAX_PORTS; i++) {
		__be16 port = bpf_htons(excluded->ports[i]);

		if (port && (tcp.source == port || tcp.dest == port))
			return true;
	}
	return false;
}

/* A token bucket for each CPU, kept as the time up to which its tokens are spent. It holds what BURST_NS bring, or one. */
static __always_inline bool within_rate(struct counters *count, __u64 now_ns)
{
	__u64 interval_ns = settings.rate_interval_ns;
	__u64 slack_ns = interval_ns < BURST_NS ? BURST_NS - interval_ns : 0;
	__u64 clock_ns = count->rate_clock_ns;

	if (!interval_ns)
		return true;
	if (clock_ns < now_ns)
		clock_ns = now_ns;
	if (clock_ns - now_ns > slack_ns)
		return false;
	count->rate_clock_ns = clock_ns + interval_ns;
	return true;
}

/* What the kernel offers to tell a network namespace from one that has its inode later. */
static __always_inline bool has_cookie(struct net *net)
{
	return bpf_core_field_exists(((struct net___with_cookie *)net)->net_cookie);
}

static __always_inline __u64 netns_life(struct net *net, __u64 netns)
{
	return has_cookie(net) ? BPF_CORE_READ((struct net___with_cookie *)net, net_cookie) :
				 netns << 32 | BPF_CORE_READ(net, hash_mix);
}

static __always_inline void count_device(struct counters *count, const struct device_key *key, struct net *net,
					 __u64 netns, __u32 len)
{
	__u32 *known = bpf_map_lookup_elem(&device_rows, key);
	__u32 row = known ? *known : key->cpu * SKBSTREAM_DEVICE_ROWS + count->devices;
	struct device_counters *device = bpf_map_lookup_elem(&devices, &row);

	if (!known && device && count->devices < SKBSTREAM_DEVICE_ROWS &&
	    bpf_map_update_elem(&device_rows, key, &row, BPF_NOEXIST) == 0) {
		device->netns = netns;
		device->netns_life = key->netns_life;
		device->has_cookie = has_cookie(net);
		device->ifindex = key->ifindex;
		__builtin_memcpy(device->device, key->device, SKBSTREAM_NAME_LEN);
		barrier(); /* a reader that sees the row sees its names, or zeros, and leaves it out */
		count->devices++;
		known = &row;
	}
	if (!known || !device) {
		count->unattributed++;
		count->unattributed_bytes += len;
		return;
	}
	device->packets++;
	device->bytes += len;
}

/*
 * The submit wakes the reader only while the unread bytes cross the threshold: a wake-up costs more than ten times the
 * rest of this program. Crossing is a window of a few records, since CPUs share the ring; a wake-up that slips through
 * is made good by the reader's timeout.
 */
static __always_inline __u64 wakeup_flag(void)
{
	__u64 unread = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA);
	__u64 window = 8 * sizeof(struct skb_event);

	return unread - settings.wakeup_bytes < window ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

static __always_inline int emit(struct sk_buff *skb)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct counters *count = bpf_map_lookup_elem(&counters, &cpu);
	struct net_device *dev = BPF_CORE_READ(skb, dev);
	struct net *net = BPF_CORE_READ(dev, nd_net.net);
	__u64 netns = BPF_CORE_READ(net, ns.inum);
	struct device_key device = { .netns_life = netns_life(net, netns),
				     .ifindex = BPF_CORE_READ(dev, ifindex),
				     .cpu = cpu };
	__u32 len = BPF_CORE_READ(skb, len);
	struct skb_event *event;
	__u64 now_ns, seq, id;

	if (!count) /* cannot be: every CPU has its element; the verifier wants to see it asked */
		return 0;
	BPF_CORE_READ_STR_INTO(&device.device, dev, name);
	count->hits++;
	count->bytes += len;
	count_device(count, &device, net, netns, len);

	if ((settings.netns && netns != settings.netns) || len < settings.min_len || !device_wanted(device.device) ||
	    !task_wanted() || port_excluded(skb, dev, netns, len)) {
		count->filtered++;
		return 0;
	}
	if (settings.sample_every > 1 && bpf_get_prandom_u32() % settings.sample_every) {
		count->sampled_out++;
		return 0;
	}
	now_ns = bpf_ktime_get_ns();
	if (!within_rate(count, now_ns)) {
		count->rate_limited++;
		return 0;
	}

	seq = count->next_seq++; /* before the reservation: a full ring leaves a gap that anyone downstream can see */
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count->ring_full++;
		return 0;
	}
	id = bpf_get_current_pid_tgid();
	event->seq = seq;
	event->ktime_ns = now_ns;
	event->skb = (__u64)skb;
	event->netns = netns;
	event->len = len;
	event->cpu = cpu;
	event->tgid = id >> 32;
	event->tid = (__u32)id;
	event->ifindex = device.ifindex;
	event->protocol = bpf_ntohs(BPF_CORE_READ(skb, protocol));
	__builtin_memcpy(event->device, device.device, SKBSTREAM_NAME_LEN);
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	bpf_ringbuf_submit(event, wakeup_flag());
	return 0;
}

SEC("kprobe/__netif_receive_skb")
int kprobe_netif_receive_skb(struct pt_regs *ctx)
{
	return emit((struct sk_buff *)PT_REGS_PARM1(ctx));
}

SEC("fentry/__netif_receive_skb")
int fentry_netif_receive_skb(__u64 *ctx)
{
	return emit((struct sk_buff *)ctx[0]);
}

SEC("tp_btf/netif_receive_skb")
int tp_netif_receive_skb(__u64 *ctx)
{
	return emit((struct sk_buff *)ctx[0]);
}

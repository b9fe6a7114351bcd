/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-3-Clause) */
/*
 * The few kernel types that the programs read, with only the fields that they read. CO-RE relocates each access to the
 * running kernel's layout, so neither the build nor the object depends on any kernel's headers.
 */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

#include <linux/bpf.h>
#include <linux/types.h>

/* bpf_tracing.h then uses the kernel's register names, for the architecture that is built for, not the builder's. */
#define __VMLINUX_H__

/* Of net_device.flags; <linux/if.h> has it too, but brings the C library's headers along. */
#define IFF_LOOPBACK (1 << 3)

/* Of iphdr.frag_off, as in the kernel's include/net/ip.h: where in its packet a fragment begins. */
#define IP_OFFSET 0x1fff

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long di;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
	__u64 regs[31];
};
struct pt_regs {
	struct user_pt_regs user_regs;
};
#endif

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
	__u32 hash_mix; /* random, drawn when the namespace is made */
};

/* struct net since Linux 5.12. Older kernels have an atomic64_t of that name, which is 0 until somebody asks for it. */
struct net___with_cookie {
	__u64 net_cookie;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device {
	char name[16];
	int ifindex;
	unsigned int flags;
	possible_net_t nd_net;
};

struct sk_buff {
	struct net_device *dev;
	unsigned int len;
	unsigned int data_len;
	__be16 protocol;
	unsigned char *data;
};

#pragma clang attribute pop

#endif

#!/usr/bin/env bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-3-Clause)
# Compiles the BPF program for each architecture whose registers the kprobe reads: compile.sh OUTPUT_DIRECTORY
# CLANG names another clang than the one on the PATH.
set -euo pipefail

fail() {
	echo "skbstream-bpf: $1" >&2
	exit 1
}

out_dir=${1:?usage: compile.sh OUTPUT_DIRECTORY}
clang=${CLANG:-clang}
# Debian keeps the headers of <asm/…> here; clang looks there for its own target, but not for bpf.
multiarch_dir=/usr/include/$(uname -m)-linux-gnu

mkdir -p "$out_dir"
out_dir=$(cd "$out_dir" && pwd)
cd "$(dirname "$0")/src/main/bpf"

command -v "$clang" >/dev/null ||
	fail "$clang is missing, which compiles the BPF program; on Debian or Ubuntu: apt-get install clang libbpf-dev"
"$clang" -print-targets | grep -qw bpf ||
	fail "$clang has no bpf target; name one that has in CLANG, or on Debian or Ubuntu: apt-get install clang"
for header in bpf/bpf_helpers.h linux/bpf.h asm/types.h; do
	echo "#include <$header>" | "$clang" -target bpf -I"$multiarch_dir" -include linux/types.h -E -o /dev/null - 2>/dev/null ||
		fail "the header <$header> is missing, which libbpf-dev brings; on Debian or Ubuntu: apt-get install clang libbpf-dev"
done

for arch in x86 arm64; do
	# -g gives the BTF that CO-RE needs; the prefix map keeps the build machine's paths out of the object.
	"$clang" -g -O2 -target bpf -D__TARGET_ARCH_$arch -I"$multiarch_dir" -Wall -Wextra -Werror \
		-fdebug-prefix-map="$PWD"=. -c skbstream.bpf.c -o "$out_dir/skbstream-$arch.bpf.o"
done

# shellcheck shell=bash disable=SC2034,SC2154 # set or used by the script that sources it
# The guests that there are, and how to make the parts that they boot from. To be sourced; the script that does sets vm, this
# folder.

cache=${XDG_CACHE_HOME:-${HOME-}/.cache}/skbstream
all_guests=(6.1 5.10 6.12 unstable arm64)

# Sets suite and architecture, the release of Debian that the guest's kernel is from; fails if there is no guest of that name.
describe() {
	architecture=amd64
	case $1 in
	5.10) suite=bullseye ;;
	6.1) suite=bookworm ;;
	6.12) suite=trixie ;;
	unstable) suite=sid ;;
	arm64) suite=bookworm architecture=arm64 ;;
	*) return 1 ;;
	esac
}

# Prints the packages that the agent and a guest's start need of a release.
list_packages() {
	local java=17 libbpf=1
	case $1 in
	bullseye) libbpf=0 ;;
	trixie) java=21 ;;
	sid) java=25 ;;
	esac
	echo "openjdk-$java-jre-headless" "libbpf$libbpf" libc-bin dash coreutils sed mount util-linux iproute2 iputils-ping busybox-static
}

# Makes a part in a folder, in place of one that is there: make_part OUT kernel|root SUITE ARCHITECTURE [PACKAGE]...
# What it says is in OUT.log then: at the end how many bytes it has downloaded, or why the part cannot be made. Fails with 69 where
# Debian's archive cannot be reached. The making ends with the script that calls this.
make_part() {
	local out=$1 status=0
	mkdir -p "$cache" "${out%/*}"
	exec 9>"$cache/$3-$4.lock" # one at a time fills the packages' cache
	flock 9
	rm -rf "$out"{,.new,.new.work}
	setpriv --pdeathsig TERM "$vm/make-guest" "${@:2:3}" "$cache" "$out.new" "${@:5}" >"$out.log" 2>&1 9>&- || status=$?
	exec 9>&-
	((status == 0)) || return "$status"
	mv "$out.new" "$out"
}

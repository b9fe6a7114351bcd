# shellcheck shell=bash disable=SC2154 # its users set these
# Starts and stops a Docker engine where none runs. To be sourced. The script that does so sets clone, cache (a folder that
# stays) and work (one that need not), and has the functions say and die.

# shellcheck source-path=SCRIPTDIR source=../vm/debian.sh
. "$clone/vm/debian.sh"

engine='' engine_pid='' debian_pid=''

has_engine() { docker info >/dev/null 2>&1; }

# Unpacks the parts of Debian 13's engine that run on older releases as well. runc does not: the machine's own is used.
unpack_engine() {
	local suite=trixie architecture cache=$cache
	architecture=$(dpkg --print-architecture)
	cache+=/$suite-$architecture
	exec 7>"$cache.lock"
	flock 7
	rm -rf "$engine"
	read_lists
	fetch "$engine" download docker.io docker-cli containerd docker-compose docker-buildx
	exec 7>&-
	mkdir -p "$engine/config"
	ln -s "$engine/usr/libexec/docker/cli-plugins" "$engine/config/cli-plugins"
}

# Starts an engine of one's own, or takes the one that an earlier run has left. stop_engine puts back what it changes outside
# of its folders. One script at a time uses the engine: another waits.
start_engine() {
	local missing="no Docker engine runs here. Next: start Docker 23 or newer; or, on Debian,"
	((EUID == 0)) || die "$missing run this as root"
	type -P dpkg-deb runc iptables debootstrap >/dev/null || die "$missing apt-get install runc iptables debootstrap"
	exec 6>"$cache/engine.lock"
	flock -n 6 || { say "waiting for another script to stop the engine" && flock 6; }
	engine=$cache/engine
	export DOCKER_HOST=unix://$engine/docker.sock DOCKER_CONFIG=$engine/config PATH=$engine/usr/sbin:$engine/usr/bin:$PATH
	if has_engine; then
		say "using the engine that an earlier run has left; kill $(<"$engine/pid") ends it"
		return
	fi
	say "no Docker engine runs here: starting that of Debian 13, whose images and volumes are in $cache/docker"
	unpack_engine
	forward_policy=$(iptables -S FORWARD | sed -n 1p)
	forwarding=$(</proc/sys/net/ipv4/ip_forward)
	# The engine gets a session of its own. Ctrl-C would end it before its containers are taken down.
	setsid dockerd --data-root "$cache/docker" --exec-root "$engine/run" --pidfile "$engine/pid" --host "$DOCKER_HOST" \
		>"$work/dockerd.log" 2>&1 6>&- 8>&- &
	engine_pid=$!
	for ((i = 0; i < 60; i++)); do
		if has_engine; then return; fi
		kill -0 "$engine_pid" 2>/dev/null || break
		sleep 1
	done
	die "the engine did not start: $(tail -n 3 "$work/dockerd.log")"
}

# Stops the engine that start_engine has started. Does nothing if there is none.
stop_engine() {
	[[ $engine_pid ]] || return 0
	kill "$engine_pid" 2>/dev/null || true
	wait "$engine_pid" 2>/dev/null || true
	ip link delete docker0 2>/dev/null || true
	# Removes the engine's rules, and none that others have added meanwhile.
	iptables-save | sed '/DOCKER/d; /docker0/d' | iptables-restore || say "cannot remove the engine's firewall rules"
	# shellcheck disable=SC2086 # -P FORWARD POLICY
	iptables $forward_policy
	echo "$forwarding" >/proc/sys/net/ipv4/ip_forward
}

# Makes an image that is as empty as Docker's own Debian, at most once a day anew: import_debian SUITE IMAGE LABEL
# Runs what takes long in the background, so that a signal ends the wait, and in a session and mount namespace of its own.
import_debian() {
	local root=$work/debian base=$cache/debian-$1.tar
	if [[ ! $(find "$base" -mmin -1440 2>/dev/null) ]]; then
		setsid unshare --mount "$clone/.ci/make-debian" "$1" "$root" >"$work/make-debian.log" 2>&1 &
		debian_pid=$!
		wait "$debian_pid" || die "$(tail -n 1 "$work/make-debian.log")"
		debian_pid=
		find "$root"/usr/share/{doc,man,locale} -type f -delete
		tar -c -C "$root" --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' --exclude='./'{dev,proc,sys}'/*' -f "$base.new" .
		chmod 600 "$base.new" # apt's settings may hold a password
		mv "$base.new" "$base"
		rm -rf "$root"
	fi
	docker import --change "LABEL $3=1" - "$2" <"$base" >/dev/null
}

# Ends the making of a base that import_debian has begun. Does nothing if there is none.
stop_debian() {
	[[ $debian_pid ]] || return 0
	kill -- "-$debian_pid" 2>/dev/null || true
	wait "$debian_pid" 2>/dev/null || true
}

# shellcheck shell=bash disable=SC2154 # set by whoever sources it
# Debian's packages, through this machine's apt settings and without touching its lists. To be sourced; whoever does sets
# suite, architecture and cache, a folder for that suite and architecture, and has a function die.

debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Ends with an exit code that says that Debian's archive cannot be reached.
unreachable() {
	echo "$*" >&2
	exit 69
}

# The mirror that DEBIAN_MIRROR names, or the first Debian archive that this machine's apt reads. Where apt has no lists, it cannot
# tell whose an archive is; on Debian the first is taken, whose lists must then be signed by Debian's keys.
find_mirror() {
	local mirror=${DEBIAN_MIRROR-}
	[[ $mirror ]] || mirror=$(list_archives 'Origin: Debian')
	[[ $mirror ]] || ! grep -qx 'ID=debian' /etc/os-release || mirror=$(list_archives)
	sed -n 1p <<<"$mirror"
}

# shellcheck disable=SC2016 # apt expands it
list_archives() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' "$@"; }

# An apt with lists, downloads and an empty dpkg status of its own, and this machine's proxies and retries.
apt() {
	LC_ALL=C "$1" -q -o Dir::State="$cache/state" -o Dir::State::status="$cache/state/status" -o Dir::Cache="$cache" \
		-o Dir::Etc::sourcelist="$cache/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferences=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" \
		-o APT::Default-Release= -o APT::Install-Recommends=0 -o APT::Sandbox::User= "${@:2}"
}

# Whether there are lists of an earlier time, by which the cache can serve without a network.
has_lists() {
	local list
	for list in "$cache"/state/lists/*_Packages*; do [[ ! -e $list ]] || return 0; done
	return 1
}

read_lists() {
	local mirror
	mirror=$(find_mirror)
	[[ $mirror ]] || unreachable "no Debian archive is known here. Next: name one in DEBIAN_MIRROR"
	[[ -r $debian_keyring ]] || die "$debian_keyring is missing, which proves the packages. Next: apt-get install debian-archive-keyring"
	mkdir -p "$cache"/{archives,state,state/lists}/partial
	: >"$cache/state/status"
	echo "deb [signed-by=$debian_keyring] $mirror $suite main" >"$cache/sources.list"
	apt apt-get update -o APT::Update::Error-Mode=any >"$cache/log" 2>&1 || has_lists ||
		unreachable "cannot read the lists of $suite: $(tail -n 3 "$cache/log")"
	apt apt-get autoclean -y >>"$cache/log" 2>&1 # packages that the archive no longer has
}

# Downloads packages, unless they are in the cache, and unpacks them: fetch FOLDER APT-GET-ARGUMENT…
fetch() {
	local folder=$1 file
	shift
	mkdir -p "$folder"
	# Whatever is in the archives of the apt that is asked for URIs is left out, so that one has none.
	apt apt-get --print-uris -o Dir::Cache::archives="$cache/state" -qq -y "$@" >"$cache/uris" 2>>"$cache/log" ||
		die "$suite lacks some of $*: $(tail -n 3 "$cache/log")"
	(cd "$cache/archives" && apt apt-get --download-only -y "$@") >>"$cache/log" 2>&1 ||
		unreachable "cannot download $*: $(tail -n 3 "$cache/log")"
	while read -r _ file _; do
		dpkg-deb --fsys-tarfile "$cache/archives/$file" |
			tar -x --keep-directory-symlink --exclude='./usr/share/'{doc,man,locale,info,fonts} -C "$folder"
	done <"$cache/uris"
}

# Prints how many bytes apt has downloaded since read_lists began, lists included.
count_fetched() {
	sed -n 's/^Fetched \([0-9,.]*\) \([kMG]\{0,1\}\)B.*/\1 \2/p' "$cache/log" |
		awk '{ gsub(/,/, "", $1); bytes += $1 * ($2 == "k" ? 1e3 : $2 == "M" ? 1e6 : $2 == "G" ? 1e9 : 1) } END { printf "%d\n", bytes }'
}

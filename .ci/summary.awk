# Sums up the XML reports of JUnit, Surefire and Failsafe: each failed test, a line for each class and reason of skipped tests,
# and the totals as the last line. Counts as failed what is skipped without a reason. Exits with 1 if a test failed or none ran.
function attribute(name) {
	if (!match($0, " " name "=\"[^\"]*\"")) return ""
	return plain(substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4))
}
function plain(text) {
	gsub(/(&#1[03];|[ \t\n])+/, " ", text); sub(/^ /, "", text); sub(/ $/, "", text)
	gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\047", text)
	gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&amp;/, "\\&", text)
	return text
}
function fail(what, why) {
	print "failed: " what (why == "" ? "" : ": " substr(why, 1, 400)); failed++
}
function module(path) {
	path = FILENAME
	sub(/\/target\/.*$/, "", path); sub(/^.*\//, "", path)
	return path
}
function skip(reason, group) {
	sub(/^parent was skipped: /, "", reason); sub(/^.* ==> /, "", reason) # JUnit's words before the reason
	sub(/^([A-Za-z0-9_.$]+(Exception|Error)): ?/, "", reason)
	sub(/^(Assumption failed: ?|assumption was not met due to: ?)/, "", reason)
	if (match(reason, /\] *([Ee]xpected|[Ee]xpecting|[Aa]ctual)/)) # AssertJ's: [the reason] and a comparison
		reason = substr(reason, 2, RSTART - 2)
	if (reason ~ /^(assumption is not (true|false)|.* is @Disabled)?$/) {
		fail(class "." test, "skipped without a reason")
		return
	}
	skipped++
	group = class ": " reason
	if (!(group in count)) { order[++groups] = group; classes[groups] = class; first[groups] = test; reasons[groups] = reason }
	count[group]++
}

# Failsafe's summary: of interest only if a JVM broke down or took too long.
FILENAME ~ /failsafe-summary/ && /timeout="true"/ { tests++; fail(module(), "its integration tests took too long") }
/^ *<failureMessage>/ { tests++; broken = 1; why = plain($0); sub(/^<failureMessage>([A-Za-z0-9_.$]+(Exception|Error): )?/, "", why) }
broken && (/^Crashed tests:/ || crashed) { why = why " " $0; crashed = 1 }
broken && (/^\tat / || /<\/failureMessage>/) { gsub(/ *\tat .*|<\/failureMessage>.*/, "", why); fail(module(), why); broken = crashed = 0 }
FILENAME ~ /failsafe-summary/ { next }

/^ *<testsuite / { suite = attribute("name"); cases = 0 }
/^ *<testcase / { class = attribute("classname"); test = attribute("name"); tests++; cases++ }
# Surefire reports a class, and no more, if its @BeforeAll makes an assumption that does not hold. Engines have no dot in their names.
/^ *<\/testsuite>/ && !cases && suite ~ /\./ { tests++; fail(suite, "runs no test and gives no reason") }
/^ *<(failure|error)[ >]/ { fail(class "." test, attribute("message")) }
/^ *<skipped/ {
	text = attribute("message")
	if (text != "" || /\/> *$/) { skip(text); next }
	inside = 1; ended = 0
	sub(/^ *<skipped[^>]*>(<!\[CDATA\[)?/, "")
}
inside { # the reason, then a stack trace
	end = sub(/(\]\]>)?<\/skipped>.*$/, "")
	if (/^\tat /) ended = 1
	if (!ended) text = text "\n" $0
	if (end) { inside = 0; skip(plain(text)) }
}

END {
	for (i = 1; i <= groups; i++) {
		n = count[order[i]]
		print "skipped: " classes[i] (n > 1 ? " (" n " tests)" : "." first[i]) ": " reasons[i]
	}
	if (!tests) print "no test ran"
	printf "%d passed, %d failed, %d skipped\n", tests - failed - skipped, failed, skipped
	exit (failed || !tests)
}

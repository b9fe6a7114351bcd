# Sums the XML reports of Surefire and Failsafe: what failed, what was skipped and why, and the totals as the last line.
function attribute(name) {
	if (!match($0, " " name "=\"[^\"]*\"")) return ""
	return plain(substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4))
}
function plain(text) {
	gsub(/(&#1[03];|[ \t])+/, " ", text); sub(/^ /, "", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\047", text)
	gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&amp;/, "\\&", text)
	return text
}
/^ *<testcase / { test = attribute("classname") "." attribute("name"); tests++ }
/^ *<(failure|error)[ >]/ {
	reason = substr(attribute("message"), 1, 400)
	print "failed: " test (reason == "" ? "" : ": " reason); failed++
}
/^ *<skipped/ {
	reason = attribute("message")
	if (reason == "") { # then it is the element's text, or in the stack trace
		reason = $0
		sub(/^.*Exception: /, "", reason)
		gsub(/^ *<skipped>(<!\[CDATA\[)?|(\]\]>)?<\/skipped>.*$/, "", reason)
	}
	sub(/^Assumption failed: /, "", reason)
	print "skipped: " test ": " reason; skipped++
}
END { printf "%d passed, %d failed, %d skipped\n", tests - failed - skipped, failed, skipped }

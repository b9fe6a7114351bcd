# Turns the rows that guests leave (see Coverage.java) into one Markdown table, aligned to be read as it is.
BEGIN {
	FS = "\t"
	split("auto fentry tracepoint", hooks, " ")
}
{
	key = $1 "\t" $4
	if (!(key in seen)) { seen[key] = 1; keys[++count] = key }
	asked = $2
	if ($2 == "auto") used[$1] = tolower($3)
	cell[key, asked] = $9 == "no such hook" ? $9 : $8 " of " $7
	unaccounted[key] += $9 < 0 ? -$9 : $9 # a word counts nothing
}
function row(line, values,    i) {
	for (i = 1; i <= 6; i++) {
		table[line, i] = values[i]
		if (length(values[i]) > width[i]) width[i] = length(values[i])
	}
}
END {
	if (!count) exit
	split("kernel|path|auto|fentry|tracepoint|unaccounted", head, "|")
	row(1, head)
	lines = 1
	for (i = 1; i <= count; i++) {
		split(keys[i], part, "\t")
		value[1] = part[1]; value[2] = part[2]
		for (h = 1; h <= 3; h++) value[h + 2] = ((keys[i], hooks[h]) in cell) ? cell[keys[i], hooks[h]] : "not measured"
		if (part[1] in used) value[3] = value[3] " (" used[part[1]] ")"
		value[6] = unaccounted[keys[i]] + 0
		row(++lines, value)
	}
	for (l = 1; l <= lines; l++) {
		line = "|"
		for (c = 1; c <= 6; c++) line = line sprintf(" %-" width[c] "s |", table[l, c])
		print line
		if (l == 1) {
			line = "|"
			for (c = 1; c <= 6; c++) { dashes = sprintf("%" width[c] "s", ""); gsub(/ /, "-", dashes); line = line "-" dashes "-|" }
			print line
		}
	}
}

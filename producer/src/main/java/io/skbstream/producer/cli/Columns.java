package io.skbstream.producer.cli;

import io.skbstream.clients.SafeText;
import java.io.PrintWriter;
import java.util.List;

/**
 * Rows of text in columns as wide as their widest cell. Whatever is in a cell stays in it.
 *
 * @param sides one character a column: {@code <} for the left, {@code >} for the right
 */
record Columns(String sides) {

    private static final String GAP = "  ";

    void print(List<List<String>> cells, PrintWriter out) {
        List<List<String>> rows = cells.stream()
                .map(row -> row.stream().map(SafeText::of).toList())
                .toList();
        int[] widths = new int[sides.length()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String blanks = " ".repeat(widths[i] - row.get(i).length());
                boolean right = sides.charAt(i) == '>';
                line.append(i == 0 ? "" : GAP)
                        .append(right ? blanks : "")
                        .append(row.get(i))
                        .append(right ? "" : blanks);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}

package io.skbstream.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells below a header, for the terminal or in Markdown; all but the first column are figures. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        add(header);
    }

    /** @param row as many cells as the header has */
    void add(String... row) {
        rows.add(List.of(row));
    }

    String text() {
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String padding = " ".repeat(width(column) - row.get(column).length());
                line.append(column == 0 ? row.get(0) + padding : "  " + padding + row.get(column));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    String markdown() {
        var text = new StringBuilder();
        for (var row : rows) {
            text.append("| ").append(String.join(" | ", row)).append(" |\n");
            if (row == rows.get(0)) {
                text.append("|---|").append("--:|".repeat(row.size() - 1)).append('\n');
            }
        }
        return text.toString();
    }
}

package io.skbstream.example.page;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file of the page: our own, in the folder {@code site} of this package, or one of a WebJar, a JavaScript library in a Java
 * archive, which has its files in {@code META-INF/resources/webjars/NAME/VERSION}.
 *
 * @param type for Content-Type
 */
record SiteFile(String type, byte[] bytes) {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    /** Longer ones are not looked at: the pattern's depth grows with them. */
    private static final int LONGEST_PATH = 200;

    /** No name in it begins with a dot, so that no path leads out of the folder. */
    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+\\.([a-z]+)");

    /** @param path of the URL, which begins with a slash */
    static Optional<SiteFile> find(String path) throws IOException {
        String file = path.equals("/") ? "/index.html" : path;
        if (file.length() > LONGEST_PATH) {
            return Optional.empty();
        }
        var matcher = PATH.matcher(file);
        if (!matcher.matches() || !TYPES.containsKey(matcher.group(1))) {
            return Optional.empty();
        }
        String resource = file.startsWith("/webjars/") ? "/META-INF/resources" + file : "site" + file;
        try (var in = SiteFile.class.getResourceAsStream(resource)) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(new SiteFile(TYPES.get(matcher.group(1)), in.readAllBytes()));
        }
    }
}

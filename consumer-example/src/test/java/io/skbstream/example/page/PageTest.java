package io.skbstream.example.page;

import static io.skbstream.example.page.SomeRows.ms;
import static io.skbstream.example.page.SomeRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.clients.ProgramException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

@Timeout(300)
class PageTest {
    private static final Pattern LINK = Pattern.compile("(?:(?:href|src)=|from )\"(\\.?/[^\"]+)\"");

    private final Page page = new Page(new InetSocketAddress("127.0.0.1", 0));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void aPageAtEveryAddressIsSaidToBeAtLocalhost() {
        try (var atEvery = new Page(new InetSocketAddress("0.0.0.0", 0))) {
            assertThat(atEvery.url()).matches("http://localhost:\\d+/");
        }
    }

    @Test
    void theStreamBeginsWithAllThatIsKnownAndGoesOnWithWhatChanges() throws Exception {
        page.fleet().take(row("web-1", 0, 5, 0), ms(4), ms(4));
        page.fleet().take(row("web-1", 10, 6, 0), ms(14), ms(14));
        try (var lines = events()) {
            Iterator<String> line = lines.iterator();
            assertThat(line.next()).isEqualTo("event: snapshot");
            assertThat(line.next()).contains("\"web-1\"", ",5,500,", ",6,600,");

            page.fleet().take(row("web-2", 10, 7, 0), ms(14), ms(14));
            String data = "";
            while (!data.contains("web-2")) {
                data = line.next();
            }
            assertThat(data).contains(",7,700,");
        }
    }

    @Test
    void changesComeAtMostOnceASecond() throws Exception {
        long startNs = System.nanoTime();
        try (var lines = events()) {
            Iterator<String> line = lines.iterator();
            int changes = 0;
            for (int i = 0; changes < 3; i++) {
                page.fleet().take(row("web-1", 0, i, 0), ms(4), ms(4));
                changes += line.next().equals("event: change") ? 1 : 0;
                page.fleet().take(row("web-1", 0, i + 1, 0), ms(4), ms(4));
            }
        }
        assertThat((System.nanoTime() - startNs) / 1e9).isGreaterThan(2);
    }

    @Test
    void aClientThatDoesNotReadIsDroppedAndTheOthersGoOn() throws Exception {
        try (var fast = new Page(new InetSocketAddress("127.0.0.1", 0), 10)) {
            assertThatWhoDoesNotReadIsDropped(fast);
        }
    }

    private void assertThatWhoDoesNotReadIsDropped(Page page) throws Exception {
        for (int i = 0; i < Fleet.HOSTS; i++) {
            for (int window = 0; window < 60; window++) {
                page.fleet().take(row("a-host-with-quite-a-long-name-" + i, 10L * window, i, 0), ms(4), ms(4));
            }
        }
        URI address = URI.create(page.url());
        try (var lagging = new Socket(address.getHost(), address.getPort())) {
            lagging.getOutputStream()
                    .write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            awaitOpen(page, 1, () -> {}); // the snapshot, of megabytes, is on its way now
            awaitOpen(page, 0, () -> page.fleet().take(row("web-1", 0, 1, 0), ms(4), ms(4)));
            lagging.setSoTimeout(60_000);
            assertThat(endsEarly(lagging.getInputStream())).isTrue();
        }
        try (var lines = events(page)) {
            assertThat(lines.iterator().next()).isEqualTo("event: snapshot");
        }
    }

    @Test
    void aPageThatComesAtAnyTimeIsToldTheNewestLast() throws Exception {
        try (var fast = new Page(new InetSocketAddress("127.0.0.1", 0), 10);
                var first = events(fast)) {
            Iterator<String> line = first.iterator();
            for (int packets = 1; packets <= 2 * Subscriber.MAY_WAIT; packets++) {
                String data = ",%d,%d00,".formatted(packets, packets);
                fast.fleet().take(row("web-1", 0, packets, 0), ms(4), ms(4));
                while (!line.next().contains(data)) {}
                try (var next = events(fast)) {
                    assertThat(beforeTheBeat(next)).contains(data);
                }
            }
        }
    }

    /** The last that is told before the server's time. */
    private static String beforeTheBeat(Stream<String> lines) {
        String data = "";
        Iterator<String> line = lines.iterator();
        for (String next = line.next(); !next.equals("event: beat"); next = line.next()) {
            data = next.isEmpty() ? data : next;
        }
        return data;
    }

    /** Does it again and again until so many pages are open. */
    private static void awaitOpen(Page page, int count, Runnable meanwhile) throws InterruptedException {
        while (page.open() != count) { // as long as the test may take
            meanwhile.run();
            Thread.sleep(1);
        }
    }

    /** Whether the stream ends, be it by a reset, before it waits for something new. */
    private static boolean endsEarly(InputStream in) {
        byte[] some = new byte[65_536];
        try {
            while (in.read(some) >= 0) {}
            return true;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void tooManyPagesAreToldSo() throws Exception {
        List<Stream<String>> open = new ArrayList<>();
        for (int i = 0; i < Broadcast.MOST; i++) {
            open.add(events());
        }
        assertThat(get("events").statusCode()).isEqualTo(503);
        assertThat(get("healthz").statusCode()).as("the rest still answers").isEqualTo(200);
        open.forEach(Stream::close);
    }

    @Test
    void everythingThatThePageNamesIsThereAndNothingIsFromElsewhere() throws Exception {
        List<String> left = new ArrayList<>(List.of("/"));
        List<String> seen = new ArrayList<>();
        while (!left.isEmpty()) {
            String path = left.remove(0);
            seen.add(path);
            HttpResponse<String> file = get(path.substring(1));
            assertThat(file.statusCode()).as(path).isEqualTo(200);
            assertThat(file.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'self';"));
            if (!path.startsWith("/webjars/") && !path.endsWith(".svg")) {
                assertThat(file.body()).as(path).doesNotContainPattern("https?://(?!www.w3.org/2000/svg)");
                LINK.matcher(file.body())
                        .results()
                        .map(link -> link.group(1).replaceFirst("^\\.", ""))
                        .filter(link -> !seen.contains(link) && !left.contains(link))
                        .forEach(left::add);
            }
        }
        assertThat(get("").body()).contains(String.format(Locale.ROOT, "more than %,d hosts", Fleet.HOSTS));
        assertThat(seen).contains("/main.js", "/fleet.js", "/table.css", "/webjars/uplot/1.6.30/dist/uPlot.esm.js");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Page.class", "../Page.class", "site/index.html", "webjars/../Page.js", "%2e%2e/x.js", "none.js"
            })
    void nothingElseIsServed(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void aPathOfThousandsOfNamesIsNotThere() throws Exception {
        assertThat(get("a/".repeat(30_000) + "a.js").statusCode()).isEqualTo(404);
    }

    @Test
    void onlyWhatIsThereMayBeKeptForEver() throws Exception {
        assertThat(cacheControl("webjars/uplot/1.6.30/dist/uPlot.esm.js")).isEqualTo("max-age=31536000, immutable");
        assertThat(cacheControl("webjars/uplot/1.6.31/dist/uPlot.esm.js")).isEqualTo("no-cache");
        assertThat(cacheControl("main.js")).isEqualTo("no-cache");
    }

    private String cacheControl(String path) throws Exception {
        return get(path).headers().firstValue("Cache-Control").orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"main.js, 200", "none.js, 404", "healthz, 200"})
    void headIsGetWithoutTheBody(String path, int code) throws Exception {
        HttpResponse<String> head = ask("HEAD", path);
        assertThat(head.statusCode()).isEqualTo(code);
        assertThat(head.body()).isEmpty();
        for (String header : List.of("Content-Type", "Content-Length", "Cache-Control")) {
            assertThat(head.headers().firstValue(header))
                    .as(header)
                    .isEqualTo(get(path).headers().firstValue(header));
        }
    }

    @Test
    void theHeadOfTheStreamEnds() throws Exception {
        assertThat(ask("HEAD", "events").headers().firstValue("Content-Type")).hasValue("text/event-stream");
    }

    @Test
    void aForeignNameIsRefusedButForTheHealthCheck() throws Exception {
        assertThat(statusLine("/events", "evil.example")).contains(" 403 ");
        assertThat(statusLine("/", "localhost")).contains(" 200 ");
        assertThat(statusLine("/healthz", "evil.example")).contains(" 200 ");
    }

    private String statusLine(String path, String host) throws Exception {
        URI address = URI.create(page.url());
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            String request = "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(path, host);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    @Test
    void nothingElseIsAnswered() throws Exception {
        assertThat(ask("POST", "").statusCode()).isEqualTo(405);
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(page.url() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        var taken = new InetSocketAddress("127.0.0.1", URI.create(page.url()).getPort());
        assertThatThrownBy(() -> new Page(taken).close())
                .isInstanceOf(ProgramException.class)
                .hasMessageStartingWith("--http 127.0.0.1:" + taken.getPort() + ": nobody can listen there: ");
    }

    @ParameterizedTest
    @CsvSource({"8080, 127.0.0.1, 8080", "0.0.0.0:0, 0.0.0.0, 0", "[::1]:80, 0:0:0:0:0:0:0:1, 80"})
    void anAddressIsHostAndPortOrPortAlone(String text, String host, int port) {
        var address = new ListenAddress().convert(text);
        assertThat(address.getAddress().getHostAddress()).isEqualTo(host);
        assertThat(address.getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "here", "127.0.0.1", "127.0.0.1:65536", ":8080", "::1:80", "a b:80", "-1"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> new ListenAddress().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is no address to listen at");
    }

    private Stream<String> events() throws Exception {
        return events(page);
    }

    private Stream<String> events(Page page) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(page.url() + "events")).build();
        return client.send(request, BodyHandlers.ofLines()).body();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(page.url() + path)).build(), BodyHandlers.ofString());
    }
}

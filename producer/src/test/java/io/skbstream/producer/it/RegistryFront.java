package io.skbstream.producer.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** What stands before a registry in many places: it asks for a password, or speaks TLS, and passes the rest on. */
final class RegistryFront implements AutoCloseable {

    private static final String PASSWORD = "changeit";
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;
    private final String scheme;
    private final URI behind;
    private volatile String credentials;
    private volatile boolean isReadOnly;

    private RegistryFront(HttpServer server, String scheme, String behind) {
        this.server = server;
        this.scheme = scheme;
        this.behind = URI.create(behind);
        server.createContext("/", this::pass);
        server.start();
    }

    /** @param behind base address of the registry's API */
    static RegistryFront plain(String behind) throws IOException {
        return new RegistryFront(HttpServer.create(anyPort(), 0), "http", behind);
    }

    /** With a certificate for 127.0.0.1 that no other authority has signed; both are in this folder. */
    static RegistryFront tls(String behind, Path folder) throws Exception {
        String keys = folder.resolve("registry.p12").toString();
        keytool("-genkeypair -alias registry -keyalg EC -dname CN=registry -ext san=ip:127.0.0.1 -ext bc=ca:true"
                + " -storetype PKCS12 -keystore " + keys);
        keytool("-exportcert -rfc -alias registry -keystore " + keys + " -file " + authority(folder));
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(Path.of(keys))));
        return new RegistryFront(server, "https", behind);
    }

    /** Whom one has to trust for it. */
    static Path authority(Path folder) {
        return folder.resolve("authority.pem");
    }

    /** From now on nobody else comes in. */
    RegistryFront accepts(String userInfo) {
        credentials = "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** From now on nobody may change anything. */
    RegistryFront readOnly() {
        isReadOnly = true;
        return this;
    }

    /** Base address of the API, by this name of the loopback address. */
    String url(String host) {
        return scheme + "://" + host + ':' + server.getAddress().getPort() + behind.getPath();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String given = exchange.getRequestHeaders().getFirst("Authorization");
            if (credentials != null && !credentials.equals(given)) {
                exchange.sendResponseHeaders(UNAUTHORIZED, -1);
                return;
            }
            boolean isChange = exchange.getRequestMethod().equals("PUT")
                    || exchange.getRequestURI().getPath().endsWith("/versions");
            if (isReadOnly && isChange) {
                exchange.sendResponseHeaders(FORBIDDEN, -1);
                return;
            }
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(behind.resolve(exchange.getRequestURI()))
                            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofByteArray());
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void keytool(String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    private static SSLContext context(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}

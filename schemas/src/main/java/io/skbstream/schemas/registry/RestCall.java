package io.skbstream.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;

/**
 * One request to one address of the registry. By {@link HttpURLConnection}, which needs no thread and nothing that would have to
 * be closed; it checks the host name of a certificate.
 *
 * @param what the request in words, for messages
 */
record RestCall(RegistrySettings settings, URI base, String method, String path, String body, String what) {
    static final int NOT_FOUND = 404;

    /** In the place of a status: TLS fails before, or what answers is no registry. */
    static final int NO_ANSWER = -1;

    private static final int OK = 200;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int CONFLICT = 409;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int CLIENT_ERROR = 400;
    private static final int SERVER_ERROR = 500;

    private static final int CONNECT_TIMEOUT_MS = 3_000;
    private static final int READ_TIMEOUT_MS = 5_000;
    private static final int MAX_BYTES = 4 << 20;
    private static final int SHOWN_CHARS = 300;

    /** The C library's words for EMFILE and ENFILE. */
    private static final String TOO_MANY_FILES = "oo many open files";

    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @throws RegistryAwayException if there is no answer in time, or one that another try may change
     * @throws RegistryRefusalException if it refuses
     */
    JsonNode answer() {
        HttpURLConnection connection = null;
        try {
            connection = open();
            if (body != null) {
                connection.setDoOutput(true);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body.getBytes(StandardCharsets.UTF_8));
                }
            }
            int status = connection.getResponseCode();
            byte[] bytes = read(status < CLIENT_ERROR ? connection.getInputStream() : connection.getErrorStream());
            if (status == OK) {
                return JSON.readTree(bytes);
            }
            throw refusal(status, error(bytes));
        } catch (JsonProcessingException noRegistry) {
            throw noRegistry("", noRegistry);
        } catch (SSLException tls) {
            if (isCutOff(tls)) {
                throw away(tls);
            }
            throw new RegistryRefusalException(failed(explain(tls)), NO_ANSWER, tls);
        } catch (IOException away) {
            throw away(away);
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
        }
    }

    private HttpURLConnection open() throws IOException {
        var connection = (HttpURLConnection) URI.create(base + path).toURL().openConnection();
        if (connection instanceof HttpsURLConnection https) {
            settings.tls().ifPresent(https::setSSLSocketFactory);
        }
        connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
        connection.setReadTimeout(READ_TIMEOUT_MS);
        connection.setInstanceFollowRedirects(false); // which would carry the credentials elsewhere
        connection.setUseCaches(false);
        connection.setRequestMethod(method);
        connection.setRequestProperty("Accept", TYPE + ", application/json");
        if (body != null) {
            connection.setRequestProperty("Content-Type", TYPE);
        }
        settings.authorization(base).ifPresent(value -> connection.setRequestProperty("Authorization", value));
        return connection;
    }

    /** Neither endless nor endlessly slow. */
    private static byte[] read(InputStream in) throws IOException {
        if (in == null) {
            return new byte[0];
        }
        try (in) {
            byte[] bytes = new byte[8192];
            int length = 0;
            long startNs = System.nanoTime();
            for (int more = in.read(bytes); more >= 0; more = in.read(bytes, length, bytes.length - length)) {
                length += more;
                if (length > MAX_BYTES || System.nanoTime() - startNs > READ_TIMEOUT_MS * 1_000_000L) {
                    throw new IOException("its answer is too long, or takes too long");
                }
                if (length == bytes.length) {
                    bytes = Arrays.copyOf(bytes, 2 * length);
                }
            }
            return Arrays.copyOf(bytes, length);
        }
    }

    private RuntimeException refusal(int status, JsonNode error) {
        String words = shortened(error.path("message").asText());
        String said = "HTTP " + status + (words.isEmpty() ? "" : ": " + words);
        if (status >= SERVER_ERROR || status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS) {
            return new RegistryAwayException(failed("it cannot now (" + said + ")"), null);
        }
        if (status == NOT_FOUND && !error.path("error_code").isInt()) { // a web server has no such page
            return noRegistry(said + ": ", null);
        }
        String why =
                switch (status) {
                    case UNAUTHORIZED -> said + "; correct name and password in " + RegistrySettings.USER_INFO_CONFIG;
                    case FORBIDDEN -> said + "; let someone who may allow it to this user";
                    case CONFLICT ->
                        said
                                + "; the subject has a schema that is not compatible: see who wrote it, and delete the subject"
                                + " or take another topic";
                    case UNPROCESSABLE -> said + "; the registry must take Avro schemas, and the subject must be open";
                    default -> said;
                };
        return new RegistryRefusalException(failed(why), status, null);
    }

    private RegistryAwayException away(IOException failure) {
        String why = failure instanceof UnknownHostException ? "no such host" : failure.getMessage();
        String what =
                String.valueOf(why).contains(TOO_MANY_FILES) ? "this process cannot ask it" : "it does not answer";
        return new RegistryAwayException(failed(what + " (" + why + ")"), failure);
    }

    /** As by a server that ends, or what stands before it: of TLS nothing is wrong. */
    private static boolean isCutOff(SSLException failure) {
        return Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> cause instanceof EOFException
                        || cause instanceof SocketException
                        || cause instanceof InterruptedIOException);
    }

    private RegistryRefusalException noRegistry(String said, Exception cause) {
        String why = said + "it answers, but not as a schema registry; correct " + RegistrySettings.URL_CONFIG
                + ", path included, as http://HOST:8080/apis/ccompat/v7 of Apicurio";
        return new RegistryRefusalException(failed(why), NO_ANSWER, cause);
    }

    /** What a registry says of a failure; nothing, if it is none or does not say it. */
    private static JsonNode error(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException noJson) {
            return MissingNode.getInstance();
        }
    }

    /** One line of what somebody else says. */
    static String shortened(String words) {
        String line = String.valueOf(words).replaceAll("\\s+", " ");
        return line.substring(0, Math.min(line.length(), SHOWN_CHARS));
    }

    /** What caused a failure in the end. */
    static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String explain(SSLException untrusted) {
        Throwable root = rootOf(untrusted);
        String remedy = root instanceof CertPathBuilderException
                ? "its certificate is of no authority that is trusted here; name the right one in schema.registry.ssl.truststore.location"
                : "see to its certificate, or to schema.registry.ssl.*";
        return "TLS fails (" + root.getMessage() + "); " + remedy;
    }

    private String failed(String why) {
        return "schema registry %s: cannot %s: %s".formatted(base, what, why);
    }
}

package io.skbstream.producer.publish;

import io.skbstream.clients.FirstAnswer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.utils.Utils;

/**
 * What answers to TLS at an address: looked at only to say what is wrong, and told nothing.
 *
 * @param address {@code host:port}
 * @param certificate what it shows of itself; empty if it does not speak TLS
 */
record TlsPeer(String address, Optional<X509Certificate> certificate) {

    /** The first of some servers, {@code host:port} comma-separated, that answers within two seconds; empty if none does. */
    static Optional<TlsPeer> among(String servers) {
        return FirstAnswer.among(servers, (socket, server) -> {
            var shown = new AtomicReference<X509Certificate>();
            shakeHands(socket, server, shown);
            return new TlsPeer(server, Optional.ofNullable(shown.get()));
        });
    }

    private static void shakeHands(Socket socket, String server, AtomicReference<X509Certificate> shown)
            throws GeneralSecurityException, SocketTimeoutException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Onlooker(shown)}, null);
        try (var tls = (SSLSocket)
                context.getSocketFactory().createSocket(socket, Utils.getHost(server), Utils.getPort(server), false)) {
            tls.startHandshake();
        } catch (SocketTimeoutException silent) {
            throw silent; // it says neither
        } catch (IOException refused) { // it may have shown its certificate before, or have none
            return;
        }
    }

    /** The names that the certificate is for. */
    String names() {
        try {
            Collection<List<?>> alternatives = certificate.orElseThrow().getSubjectAlternativeNames();
            if (alternatives != null) {
                return String.join(
                        ", ",
                        alternatives.stream()
                                .map(name -> name.get(1).toString())
                                .toList());
            }
        } catch (GeneralSecurityException unreadable) { // then its subject has to do
        }
        return certificate.orElseThrow().getSubjectX500Principal().getName();
    }

    /** Takes note of the certificate, and ends the handshake: nothing that trusts everybody goes on. */
    private record Onlooker(AtomicReference<X509Certificate> shown) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("not a server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            shown.set(chain[0]);
            throw new CertificateException("only looked at");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

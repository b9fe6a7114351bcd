package io.skbstream.clients;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;

/** Logback's JSON lines without secrets, in plain ASCII: the counterpart of {@link SafeMessage}. */
public final class SafeJsonEncoder extends JsonEncoder {

    @Override
    public byte[] encode(ILoggingEvent event) {
        byte[] line = super.encode(hiding(ILoggingEvent.class, event));
        return SafeText.json(new String(line, StandardCharsets.UTF_8)).getBytes(StandardCharsets.US_ASCII);
    }

    /** The same, but for its messages and those of its causes: those are without secrets. */
    private static <T> T hiding(Class<T> type, T hidden) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            Object value;
            try {
                value = method.invoke(hidden, given);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
            if (value instanceof IThrowableProxy cause) {
                return hiding(IThrowableProxy.class, cause);
            }
            return value instanceof String text && method.getName().endsWith("Message") ? Secrets.hideIn(text) : value;
        }));
    }
}

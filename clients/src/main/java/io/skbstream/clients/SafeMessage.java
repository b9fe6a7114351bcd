package io.skbstream.clients;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * Logback's {@code %msg} without secrets, and as one line that is safe to show: for every log line of a program, whoever wrote it. Each
 * {@code logback.xml} names it in a {@code conversionRule}.
 */
public final class SafeMessage extends MessageConverter {

    @Override
    public String convert(ILoggingEvent event) {
        return SafeText.message(super.convert(event));
    }
}

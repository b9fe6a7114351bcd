package io.skbstream.producer.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import org.slf4j.LoggerFactory;

/** How log lines look. */
enum LogFormat {
    /** One line for a person; what logback.xml sets up by itself. */
    TEXT,
    /** One JSON object a line. */
    JSON;

    void apply() {
        if (this == TEXT) {
            return;
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        try {
            configurator.doConfigure(LogFormat.class.getResource("/logback-json.xml"));
        } catch (JoranException invalid) {
            throw new IllegalStateException(invalid);
        }
    }
}

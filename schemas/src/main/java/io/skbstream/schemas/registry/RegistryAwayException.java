package io.skbstream.schemas.registry;

import org.apache.kafka.common.errors.RetriableException;

/** The registry does not answer, or not now: the same request may do later. It says nothing of the record at hand. */
public final class RegistryAwayException extends RetriableException implements RegistryException {
    private static final long serialVersionUID = 1;

    RegistryAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}

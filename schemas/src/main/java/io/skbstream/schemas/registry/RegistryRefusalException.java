package io.skbstream.schemas.registry;

import org.apache.kafka.common.errors.ApiException;

/** The registry refuses a request, until somebody changes something there or in the settings. */
public final class RegistryRefusalException extends ApiException implements RegistryException {
    private static final long serialVersionUID = 1;

    private final int status;

    RegistryRefusalException(String message, int status, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** Whether it does not have what was asked for. */
    public boolean isNotFound() {
        return status == RestCall.NOT_FOUND;
    }

    /** Whether the request did not come as far as the registry, so that another address may take it. */
    boolean isOfAddress() {
        return status == RestCall.NO_ANSWER;
    }
}

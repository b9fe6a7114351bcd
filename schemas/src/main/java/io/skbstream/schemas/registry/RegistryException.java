package io.skbstream.schemas.registry;

/** Why a schema registry did not do what it was asked: {@link RegistryAwayException} or {@link RegistryRefusalException}. */
public sealed interface RegistryException permits RegistryAwayException, RegistryRefusalException {
    /** One line: what was asked, of whom, why it failed, what to do. Holds no secret. */
    String getMessage();
}

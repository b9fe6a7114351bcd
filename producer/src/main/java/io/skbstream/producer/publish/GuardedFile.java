package io.skbstream.producer.publish;

import io.skbstream.clients.Secrets;
import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.AgentException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * A file that only its owner may change and, if it holds a secret, read. As with PostgreSQL's key files, those of root may be
 * read by their group. Of a link, the file that it leads to is meant.
 *
 * @param name what it is given by: an option, or a key of Kafka's client
 * @param path where it is
 */
record GuardedFile(String name, Path path) {

    private static final Set<PosixFilePermission> CHANGE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final int ROOT = 0;
    private static final int PERMISSION_BITS = 0777;

    /** @throws AgentException if others than the owner may read or change it, or it is not there for this user */
    void requireSecret() {
        Set<PosixFilePermission> refused = EnumSet.complementOf(EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
        if (isOfRoot()) {
            refused.remove(PosixFilePermission.GROUP_READ);
        }
        refuse(refused, "it holds a secret", "chmod 600 " + shown() + " (640 will do if root owns it)");
    }

    /** @throws AgentException if others than the owner may change it, or it is not there for this user */
    void requireTrusted() {
        refuse(CHANGE, "whom the agent trusts rests on it", "chmod go-w " + shown());
    }

    /** What keeps it from being read, in a few words. */
    static String why(Exception unreadable) {
        if (unreadable instanceof CharacterCodingException) {
            return "it is no UTF-8 text";
        }
        return unreadable instanceof IOException failed ? SystemFailure.reason(failed) : unreadable.getMessage();
    }

    private void refuse(Set<PosixFilePermission> refused, String because, String remedy) {
        Set<PosixFilePermission> mode = attribute("permissions");
        if (mode.stream().noneMatch(refused::contains)) {
            requireReadable();
            return;
        }
        boolean isChangeable = mode.stream().anyMatch(CHANGE::contains);
        throw new AgentException("%s %s has mode %04o (%s), so that others than its owner can %s it, and %s; %s"
                .formatted(
                        name,
                        shown(),
                        this.<Integer>attribute("mode") & PERMISSION_BITS,
                        PosixFilePermissions.toString(mode),
                        isChangeable ? "change" : "read",
                        because,
                        remedy));
    }

    private void requireReadable() {
        if (!Files.isRegularFile(path)) {
            throw new AgentException(name + " " + shown() + " is no file; correct it");
        }
        if (!Files.isReadable(path)) {
            throw new AgentException(
                    name + " " + shown() + " cannot be read: permission denied; give it to this user, with mode 0600");
        }
    }

    /** Not what may be a password that was written in the place of the file's name. */
    private String shown() {
        return name.startsWith("--") ? path.toString() : Secrets.shown(name, path.toString());
    }

    private boolean isOfRoot() {
        return this.<Integer>attribute("uid") == ROOT;
    }

    @SuppressWarnings("unchecked") // of the types that the JDK's "unix" view has
    private <T> T attribute(String attribute) {
        try {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:" + attribute, new LinkOption[0]);
            return (T) attributes.get(attribute);
        } catch (IOException unreadable) {
            throw new AgentException(
                    name + " " + shown() + " cannot be read: "
                            + (SystemFailure.of(unreadable) == SystemFailure.MISSING
                                    ? why(unreadable) + "; correct it"
                                    : SystemFailure.inWords(unreadable)),
                    unreadable);
        }
    }
}

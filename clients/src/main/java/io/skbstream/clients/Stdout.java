package io.skbstream.clients;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;

/**
 * The bytes that go to stdout. Keeps the first failure, which {@link PrintStream} swallows. Safe for all threads, as
 * {@link PrintStream} writes under its lock.
 */
final class Stdout extends FilterOutputStream {

    private volatile IOException failure;

    Stdout(OutputStream out) {
        super(out);
    }

    /** Puts itself below {@link System#out}, for good. */
    static Stdout install() {
        var stdout = new Stdout(new FileOutputStream(FileDescriptor.out));
        System.setOut(new PrintStream(new BufferedOutputStream(stdout), true, SafeText.CHARSET));
        return stdout;
    }

    /** Writes what is still buffered, and says why anything could not be written. */
    Optional<IOException> failure() {
        System.out.flush();
        return Optional.ofNullable(failure);
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException refused) {
            if (failure == null) {
                failure = refused;
            }
            throw refused;
        }
    }
}

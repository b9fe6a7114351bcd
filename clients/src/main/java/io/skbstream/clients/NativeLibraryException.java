package io.skbstream.clients;

/** A native library that cannot be started; the message says why, and what mends it. */
public final class NativeLibraryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String remedy;

    NativeLibraryException(String reason, String remedy, Throwable cause) {
        super(reason + "; " + remedy, cause);
        this.reason = reason;
        this.remedy = remedy;
    }

    /** What it is, in one line. */
    public String reason() {
        return reason;
    }

    /** What to do about it, in one line. */
    public String remedy() {
        return remedy;
    }
}

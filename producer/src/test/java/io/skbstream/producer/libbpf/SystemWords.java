package io.skbstream.producer.libbpf;

/** What the system calls its errors, in the language of the user who runs the tests. */
public final class SystemWords {

    // include/uapi/asm-generic/errno-base.h and errno.h
    public static final String NOT_PERMITTED = Native.c().strerror(1);
    public static final String IS_A_DIRECTORY = Native.c().strerror(21);
    public static final String INVALID_ARGUMENT = Native.c().strerror(22);
    public static final String NO_SPACE_LEFT = Native.c().strerror(28);
    public static final String READ_ONLY = Native.c().strerror(30);
    public static final String CONNECTION_REFUSED = Native.c().strerror(111);

    private SystemWords() {}
}

package io.skbstream.clients;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tells failures that the machine causes, and no defect of a program, by what the system says, and names the remedy for exactly that.
 * The JDK passes on the C library's words and seldom the number. In another language than English they may be {@link #OTHER}:
 * no remedy is guessed.
 */
public enum SystemFailure {
    /** ENFILE. */
    TOO_MANY_FILES_IN_SYSTEM("oo many open files in system", "raise the system's limit (sysctl fs.file-max)", 23),
    /** EMFILE. */
    TOO_MANY_FILES(
            "oo many open files",
            "raise this process's limit (ulimit -n 1024, or LimitNOFILE=1024 of a systemd unit)",
            24),
    /** ENOMEM. */
    NO_MEMORY("annot allocate memory", "give it more memory, or raise this process's limits of it (ulimit -a)", 12),
    /** EAGAIN of a process that is started. */
    TOO_MANY_TASKS("(?!)", "raise the limit of tasks (ulimit -u, or TasksMax of a systemd unit)", 11),
    /** ENOSPC. */
    NO_SPACE("o space left on device", "make room there", 28),
    /** EDQUOT. */
    QUOTA("uota exceeded", "raise the quota, or make room within it", 122),
    /** EROFS. */
    READ_ONLY("ead-only file system", "mount it so that it can be written (mount -o remount,rw)", 30),
    /** EPERM and EACCES. */
    DENIED("ermission denied|peration not permitted", "give this user the right to it", 1, 13),
    /** EIO. */
    BROKEN("nput/output error", "see to the disk (dmesg says more)", 5),
    /** ENOENT. */
    MISSING("o such file or directory", "", 2),
    /** ENOTDIR, and EEXIST where a folder was to be made. */
    NO_FOLDER("ot a directory", "", 20),
    /** EISDIR. */
    A_FOLDER("s a directory", "", 21),
    /** None of these, or not known. */
    OTHER("(?!)", "");

    private static final int MOST_CAUSES = 16;
    /** The name of the file before it, and only there, in the JDK's older classes. */
    private static final Pattern IN_PARENTHESES = Pattern.compile(".* \\(([^()]+)\\)");

    /** Of a process that could not be started: the JDK's words and, but of newer ones, the number. */
    private static final Pattern NOT_STARTED = Pattern.compile(
            "Cannot run program \".*\"(?: \\(in directory .*\\))?: (?:error=(\\d+), )?(.*)", Pattern.DOTALL);

    private static final int FIRST_FREE_PORT = 1024; // those before take CAP_NET_BIND_SERVICE

    private final Pattern words;
    private final String remedy;
    private final int[] errnos;

    SystemFailure(String words, String remedy, int... errnos) {
        this.words = Pattern.compile(words);
        this.remedy = remedy;
        this.errnos = errnos;
    }

    /** By the number, as in Linux's {@code errno.h}. */
    public static SystemFailure ofErrno(int errno) {
        return first(kind -> IntStream.of(kind.errnos).anyMatch(one -> one == errno));
    }

    /** By words that have the C library's in them. */
    public static SystemFailure of(String words) {
        return first(kind -> kind.words.matcher(words).find());
    }

    /** Which one it is, by the first of its causes that says so. */
    public static SystemFailure of(Throwable failure) {
        return ofTheSystem(failure)
                .map(SystemFailure::one)
                .filter(kind -> kind != OTHER)
                .findFirst()
                .orElse(OTHER);
    }

    /** What it is, in a line, with the remedy if it is known; empty if nothing says that the machine causes it. */
    public static Optional<String> explain(Throwable failure) {
        return NativeLibrary.explain(failure)
                .or(() -> ofTheSystem(failure).findFirst().map(SystemFailure::explained));
    }

    private static String explained(IOException known) {
        if (known instanceof FileSystemException named && named.getFile() != null) {
            return named.getFile() + ": " + inWords(known);
        }
        return of(known).isLimit()
                ? inWords(known)
                : known.getClass().getSimpleName() + ": " + remedied(known, message(known));
    }

    private static Stream<IOException> ofTheSystem(Throwable failure) {
        return causes(failure).filter(IOException.class::isInstance).map(IOException.class::cast);
    }

    /** A failure and its causes, in this order; not for ever, should they go round. */
    static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MOST_CAUSES);
    }

    /** The reason, without the name of the file, and the remedy if it is known. */
    public static String inWords(IOException failure) {
        return remedied(failure, reason(failure));
    }

    /**
     * The same where another file or folder would do as well.
     *
     * @param elsewhere how another one is given, as in "name another folder with --spool-dir"; left out if none would help, as where
     *     a limit of the process is reached, or if it is not known what failed
     */
    public static String inWords(IOException failure, String elsewhere) {
        SystemFailure kind = of(failure);
        if (kind.isLimit() || kind == OTHER) {
            return inWords(failure);
        }
        return inWords(failure) + (kind.remedy.isEmpty() ? "; " : ", or ") + elsewhere;
    }

    /** The reason alone, in a few words; a file system's message is often nothing but the name of the file. */
    public static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
            return "it is no folder";
        }
        if (failure instanceof FileSystemException named && named.getReason() != null) {
            return named.getReason();
        }
        Matcher started = NOT_STARTED.matcher(message(failure));
        if (started.matches()) {
            return started.group(2);
        }
        Matcher reason = IN_PARENTHESES.matcher(message(failure));
        return failure instanceof FileNotFoundException && reason.matches() ? reason.group(1) : message(failure);
    }

    /** The reason that nobody can listen at an address, and what to do about it. */
    public static String ofListening(InetSocketAddress address, IOException refused) {
        if (!(refused instanceof BindException)) {
            return inWords(refused);
        }
        String reason = reason(refused);
        if (!isOfThisHost(address.getAddress())) {
            return reason + "; that address is none of this host's; 127.0.0.1 and 0.0.0.0 always are";
        }
        if (address.getPort() < FIRST_FREE_PORT && of(refused) == DENIED) {
            return reason + "; choose a port from " + FIRST_FREE_PORT + " on, or give it CAP_NET_BIND_SERVICE";
        }
        return of(refused) == DENIED
                ? inWords(refused)
                : reason + "; choose another port, or end what listens there (ss -ltnp names it)";
    }

    /** What mends it; empty if that is not known. */
    public String remedy() {
        return remedy;
    }

    /** Whether a limit of this process or of the system is reached, which has nothing to do with the file at hand. */
    public boolean isLimit() {
        return compareTo(TOO_MANY_TASKS) <= 0;
    }

    private static SystemFailure one(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return MISSING;
        }
        if (failure instanceof AccessDeniedException) {
            return DENIED;
        }
        if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
            return NO_FOLDER;
        }
        Matcher started = NOT_STARTED.matcher(message(failure));
        return started.matches() && started.group(1) != null
                ? ofErrno(Integer.parseInt(started.group(1)))
                : of(reason(failure));
    }

    private static SystemFailure first(Predicate<SystemFailure> which) {
        return Stream.of(values()).filter(which).findFirst().orElse(OTHER);
    }

    private static boolean isOfThisHost(InetAddress ip) {
        try {
            return ip.isAnyLocalAddress() || ip.isLoopbackAddress() || NetworkInterface.getByInetAddress(ip) != null;
        } catch (SocketException unknown) {
            return true;
        }
    }

    private static String remedied(IOException failure, String words) {
        String remedy = of(failure).remedy;
        return remedy.isEmpty() ? words : words + "; " + remedy;
    }

    private static String message(IOException failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}

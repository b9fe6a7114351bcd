package io.skbstream.producer.libbpf;

import com.kenai.jffi.Library;
import io.skbstream.clients.NativeLibrary;
import io.skbstream.clients.NativeLibraryException;
import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.Obstacle;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Both native libraries, loaded once, with every needed symbol checked. Immutable; any thread. */
final class Native {

    /** libbpf.so.1 is libbpf 1.x (Debian 12, Ubuntu 22.10 and later); libbpf.so.0 is 0.x before that. */
    private static final List<String> SONAMES = List.of("libbpf.so.1", "libbpf.so.0");

    private static final int HIGHEST_ERRNO = 4095;

    private static volatile LibC c;
    private static LoadedLibBpf loaded;

    private Native() {}

    /**
     * The C library.
     *
     * @throws AgentException if jffi, which calls it, cannot be started
     */
    static LibC c() {
        LibC started = c;
        if (started == null) { // not a class initialiser: the JVM would hide what it throws in an
            // ExceptionInInitializerError
            try {
                started = NativeLibrary.start(
                        "jffi",
                        () -> LibraryLoader.create(LibC.class).failImmediately().load("c"));
            } catch (NativeLibraryException refused) {
                throw new AgentException(new Obstacle(refused.reason(), refused.remedy()));
            }
            c = started;
        }
        return started;
    }

    static Runtime runtime() {
        return Runtime.getRuntime(c());
    }

    /** @throws AgentException if libbpf is not installed, or too old, with the command that mends it */
    static LibBpf bpf() {
        return loaded().bpf();
    }

    /** The soname of the libbpf in use, {@code libbpf.so.1}. */
    static String soname() {
        return loaded().soname();
    }

    /** The value, if it is a real pointer; what libbpf 0.x returns as error is turned into errno. */
    static Pointer checked(Pointer pointer, String doing) {
        if (pointer == null) {
            throw new BpfException(doing, runtime().getLastError());
        }
        if (Long.compareUnsigned(pointer.address(), -HIGHEST_ERRNO) >= 0) {
            throw new BpfException(doing, (int) -pointer.address());
        }
        return pointer;
    }

    /** The value of a libbpf function, unless it is a negative errno. */
    static int checked(int result, String doing) {
        if (result < 0) {
            // -1 is EPERM from libbpf 1.0 on, "see errno" in the low-level calls before.
            int errno = result == -1 ? runtime().getLastError() : -result;
            throw new BpfException(doing, errno == 0 ? -result : errno);
        }
        return result;
    }

    /** The value of a system call, unless it is -1. */
    static int systemCall(int result, String doing) {
        if (result < 0) {
            throw new BpfException(doing, runtime().getLastError());
        }
        return result;
    }

    /**
     * Waits until no CPU runs a BPF program that was running when this was called: {@code membarrier} with
     * {@code MEMBARRIER_CMD_GLOBAL} is the kernel's {@code synchronize_rcu()}, and programs run inside an RCU read section.
     */
    static void waitForRunningPrograms() {
        boolean x86 = "amd64".equals(System.getProperty("os.arch"));
        long membarrier = x86 ? 324 : 283; // asm/unistd_64.h, asm-generic/unistd.h
        if (c().syscall(membarrier, 1, 0) != 0) { // refused by kernels with nohz_full
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    static String describe(int errno) {
        return c().strerror(errno) + " (errno " + errno + ")";
    }

    private static synchronized LoadedLibBpf loaded() {
        if (loaded == null) {
            c();
            String soname = findSoname();
            requireSymbols(soname);
            loaded = new LoadedLibBpf(
                    soname, LibraryLoader.create(LibBpf.class).failImmediately().load(soname));
        }
        return loaded;
    }

    private static String findSoname() {
        return SONAMES.stream()
                .filter(name -> Library.openLibrary(name, Library.LAZY) != null)
                .findFirst()
                .orElseThrow(() -> new AgentException(notLoaded(Library.getLastError())));
    }

    private static Obstacle notLoaded(String why) {
        SystemFailure kind = SystemFailure.of(why);
        return new Obstacle(
                "libbpf cannot be used: neither " + String.join(" nor ", SONAMES) + " can be loaded (" + why + ")",
                kind.isLimit()
                        ? kind.remedy()
                        : "install it; on Debian and Ubuntu: apt-get install libbpf1 (libbpf0 on Debian 11 and Ubuntu 22.04),"
                                + " elsewhere the package is mostly called libbpf");
    }

    private static void requireSymbols(String soname) {
        Library library = Library.getCachedInstance(soname, Library.LAZY);
        List<String> missing = Stream.of(LibBpf.class.getDeclaredMethods())
                .map(Method::getName)
                .filter(function -> library.getSymbolAddress(function) == 0)
                .toList();
        if (!missing.isEmpty()) {
            throw new AgentException(new Obstacle(
                    "this " + soname + " is too old: it has no " + String.join(", ", missing),
                    "install libbpf 0.3 or later"));
        }
    }

    private record LoadedLibBpf(String soname, LibBpf bpf) {}
}

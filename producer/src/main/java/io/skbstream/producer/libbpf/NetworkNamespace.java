package io.skbstream.producer.libbpf;

import static io.skbstream.producer.libbpf.Native.systemCall;

import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.AgentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * A network namespace of its own, with {@code lo} up and no other traffic: a thread that has left the process's
 * namespace. Sockets that tasks open on that thread live there. The namespace ends with the thread and its sockets.
 * Needs CAP_SYS_ADMIN.
 */
public final class NetworkNamespace implements AutoCloseable {

    private static final Path OF_THIS_THREAD = Path.of("/proc/thread-self/ns/net");
    private static final int IFREQ_BYTES = 40;
    private static final int IFREQ_FLAGS = 16;

    private final ExecutorService thread;
    private final long inode;

    private NetworkNamespace(ExecutorService thread, long inode) {
        this.thread = thread;
        this.inode = inode;
    }

    /** @param threadName the kernel knows the thread by its first 15 bytes: the {@code comm} of what it sends */
    public static NetworkNamespace create(String threadName) {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread created = new Thread(task, threadName);
            created.setDaemon(true);
            return created;
        });
        try {
            return new NetworkNamespace(thread, run(thread, () -> {
                systemCall(Native.c().unshare(LibC.CLONE_NEWNET), "create a network namespace");
                bringLoopbackUp();
                return currentInode();
            }));
        } catch (RuntimeException failed) {
            thread.shutdownNow();
            throw failed;
        }
    }

    /** The inode of the calling thread's network namespace, as in {@code /proc/PID/ns/net}. */
    public static long currentInode() {
        try {
            String link = Files.readSymbolicLink(OF_THIS_THREAD).toString(); // net:[4026531840]
            return Long.parseLong(link.substring(link.indexOf('[') + 1, link.indexOf(']')));
        } catch (IOException noProc) {
            throw new AgentException(
                    "cannot read " + OF_THIS_THREAD + ": " + SystemFailure.inWords(noProc)
                            + (SystemFailure.of(noProc) == SystemFailure.MISSING
                                    ? "; mount /proc (mount -t proc proc /proc)"
                                    : ""),
                    noProc);
        }
    }

    public long inode() {
        return inode;
    }

    /** Runs a task on the namespace's thread and waits for it. */
    public <T> T run(Callable<T> task) {
        return run(thread, task);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private static <T> T run(ExecutorService thread, Callable<T> task) {
        try {
            return thread.submit(task).get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (failed.getCause() instanceof IOException refused) {
                throw new AgentException("a network namespace cannot be used: " + refused.getMessage(), refused);
            }
            throw new IllegalStateException("a task in the network namespace failed", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a task ran in the network namespace", interrupted);
        }
    }

    private static void bringLoopbackUp() {
        int fd = systemCall(Native.c().socket(LibC.AF_INET, LibC.SOCK_DGRAM, 0), "open a socket");
        try {
            // struct ifreq { char ifr_name[16]; short ifr_flags; … }
            Pointer request = Memory.allocateDirect(Native.runtime(), IFREQ_BYTES, true);
            request.putString(0, "lo", IFREQ_FLAGS, StandardCharsets.US_ASCII);
            request.putShort(IFREQ_FLAGS, LibC.IFF_UP);
            systemCall(Native.c().ioctl(fd, LibC.SIOCSIFFLAGS, request), "bring lo up");
        } finally {
            Native.c().close(fd);
        }
    }
}

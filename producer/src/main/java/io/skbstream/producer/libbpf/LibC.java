package io.skbstream.producer.libbpf;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;

/**
 * The system calls that reading a ring buffer, entering a network namespace and lifting a resource limit need. Failure is
 * -1, and errno.
 */
public interface LibC {

    int PROT_READ = 1;
    int PROT_WRITE = 2;
    int MAP_SHARED = 1;
    long MAP_FAILED = -1;

    int EPOLL_CTL_ADD = 1;
    int EPOLLIN = 1;
    int EPOLLET = 1 << 31;

    int CLONE_NEWNET = 0x4000_0000;
    int AF_INET = 2;
    int SOCK_DGRAM = 2;
    int SIOCSIFFLAGS = 0x8914;
    short IFF_UP = 1;

    int RLIMIT_MEMLOCK = 8;
    long RLIM_INFINITY = -1;

    Pointer mmap(Pointer address, @size_t long bytes, int protection, int flags, int fd, @off_t long offset);

    int munmap(Pointer address, @size_t long bytes);

    int epoll_create1(int flags);

    int epoll_ctl(int epollFd, int operation, int fd, Pointer event);

    int epoll_wait(int epollFd, Pointer events, int maxEvents, int timeoutMs);

    int close(int fd);

    int unshare(int flags);

    int socket(int domain, int type, int protocol);

    int ioctl(int fd, @size_t long request, Pointer argument);

    /** {@code struct rlimit { rlim_t rlim_cur, rlim_max; }}, 64 bits each. */
    int getrlimit(int resource, Pointer limit);

    int setrlimit(int resource, Pointer limit);

    int getpagesize();

    String strerror(int errno);

    /** Through its number, since no C library wraps it; see {@link Native#waitForRunningPrograms()}. */
    long syscall(long number, long command, long flags);

    int vsnprintf(@Out byte[] text, @size_t long textBytes, String format, Pointer arguments);
}

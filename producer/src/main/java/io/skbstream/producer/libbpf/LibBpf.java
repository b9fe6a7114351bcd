package io.skbstream.producer.libbpf;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.annotations.In;
import jnr.ffi.types.size_t;
import jnr.ffi.types.u_int32_t;

/**
 * The functions of {@code bpf/libbpf.h} and {@code bpf/bpf.h} that the agent calls, all of them in libbpf 0.3 and
 * later. Functions that return {@code int} give a negative errno on failure; functions that return a pointer give NULL
 * and set errno from libbpf 1.0 on, an error pointer before.
 *
 * <p>{@code bpf_map_lookup_elem} is not among them and must not be: see the maps in skbstream.bpf.c.
 */
public interface LibBpf {

    Pointer bpf_object__open_mem(@In byte[] object, @size_t long objectBytes, Pointer options);

    int bpf_object__load(Pointer object);

    void bpf_object__close(Pointer object);

    Pointer bpf_object__find_program_by_name(Pointer object, String name);

    Pointer bpf_object__find_map_by_name(Pointer object, String name);

    int bpf_program__set_autoload(Pointer program, boolean autoload);

    int bpf_program__fd(Pointer program);

    Pointer bpf_program__attach(Pointer program);

    int bpf_link__fd(Pointer link);

    int bpf_link__destroy(Pointer link);

    int bpf_map__fd(Pointer map);

    int bpf_map__set_max_entries(Pointer map, @u_int32_t int maxEntries);

    int bpf_map__set_initial_value(Pointer map, @In byte[] value, @size_t long valueBytes);

    int bpf_obj_pin(int fd, String path);

    int bpf_obj_get(String path);

    int bpf_obj_get_info_by_fd(int fd, Pointer info, Pointer infoBytes);

    Pointer libbpf_set_print(PrintFunction print);

    /** {@code libbpf_print_fn_t}: level 0 is a warning; {@code arguments} is a {@code va_list}. */
    interface PrintFunction {
        @Delegate
        int print(int level, String format, Pointer arguments);
    }
}

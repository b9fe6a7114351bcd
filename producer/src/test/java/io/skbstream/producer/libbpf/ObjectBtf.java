package io.skbstream.producer.libbpf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.types.int32_t;
import jnr.ffi.types.u_int32_t;

/** The types that a BPF object describes in its BTF section, read through libbpf's {@code bpf/btf.h}. */
public final class ObjectBtf implements AutoCloseable {

    /** The functions of {@code bpf/btf.h} that are needed. */
    public interface LibBtf {

        Pointer btf__parse_elf(String path, Pointer btfExt);

        void btf__free(Pointer btf);

        @int32_t
        int btf__find_by_name_kind(Pointer btf, String name, @u_int32_t int kind);

        Pointer btf__type_by_id(Pointer btf, @u_int32_t int id);

        String btf__name_by_offset(Pointer btf, @u_int32_t int offset);
    }

    private static final LibBtf LIB =
            LibraryLoader.create(LibBtf.class).failImmediately().load(Native.soname());

    // linux/btf.h: struct btf_type { name_off, info, size }, then for each member { name_off, type, bit offset }.
    private static final int KIND_STRUCT = 4;
    private static final int INFO = 4;
    private static final int SIZE = 8;
    private static final int MEMBERS = 12;
    private static final int MEMBER_BYTES = 12;
    private static final int MEMBER_BIT_OFFSET = 8;
    private static final int MEMBER_COUNT_MASK = 0xffff;

    private final Pointer btf;

    private ObjectBtf(Pointer btf) {
        this.btf = btf;
    }

    /** Of the object built for {@code architecture}: x86 or arm64. */
    public static ObjectBtf of(String architecture) throws IOException {
        Path file = Files.createTempFile("skbstream", ".bpf.o");
        try (InputStream object =
                ObjectBtf.class.getResourceAsStream("/io/skbstream/bpf/skbstream-" + architecture + ".bpf.o")) {
            Files.write(file, object.readAllBytes());
            return new ObjectBtf(Native.checked(LIB.btf__parse_elf(file.toString(), null), "read the BTF of " + file));
        } finally {
            Files.delete(file);
        }
    }

    /** {@code sizeof(struct NAME)}. */
    public int size(String struct) {
        return type(struct).getInt(SIZE);
    }

    /** The members of {@code struct NAME} with their offsets in bytes, in the order in which they lie. */
    public Map<String, Integer> offsets(String struct) {
        Pointer type = type(struct);
        int members = type.getInt(INFO) & MEMBER_COUNT_MASK;
        Map<String, Integer> offsets = new LinkedHashMap<>();
        for (int i = 0; i < members; i++) {
            int member = MEMBERS + i * MEMBER_BYTES;
            offsets.put(
                    LIB.btf__name_by_offset(btf, type.getInt(member)),
                    type.getInt(member + MEMBER_BIT_OFFSET) / Byte.SIZE);
        }
        return offsets;
    }

    @Override
    public void close() {
        LIB.btf__free(btf);
    }

    private Pointer type(String struct) {
        int id = Native.checked(LIB.btf__find_by_name_kind(btf, struct, KIND_STRUCT), "find struct " + struct);
        return LIB.btf__type_by_id(btf, id);
    }
}

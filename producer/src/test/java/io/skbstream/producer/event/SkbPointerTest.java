package io.skbstream.producer.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.event.SkbPointer.Mode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SkbPointerTest {

    private static final long ADDRESS = 0xffff_8881_0203_0400L;

    /** Of the SipHash paper's vectors (vectors.h), that for the bytes 00…07 under the key 00…0f. */
    @Test
    void theHashIsSipHash24() {
        var pointer = new SkbPointer(Mode.HASHED, 0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

        assertThat(pointer.sipHash(0x0706050403020100L)).isEqualTo(0x93f5f5799a932462L);
        assertThat(pointer.show(0x0706050403020100L)).isEqualTo(0x93f5f5799a932462L >>> 1);
    }

    @Property
    void aHashIsNeverNegativeAndSoNeverInTheKernelsHalfOfTheAddresses(
            @ForAll long key0, @ForAll long key1, @ForAll long address) {
        assertThat(new SkbPointer(Mode.HASHED, key0, key1).show(address)).isNotNegative();
    }

    @Property
    void equalAddressesStayEqualWithinASession(@ForAll long key0, @ForAll long key1, @ForAll long address) {
        var pointer = new SkbPointer(Mode.HASHED, key0, key1);

        assertThat(pointer.show(address)).isEqualTo(pointer.show(address));
    }

    @Property
    void neighbouringAddressesShowNoNeighbourhood(@ForAll long address) {
        var pointer = new SkbPointer(Mode.HASHED, 1, 2);

        assertThat(Math.abs(pointer.show(address) - pointer.show(address + 256)))
                .isGreaterThan(256);
    }

    @Test
    void anotherSessionShowsTheSameAddressDifferently() {
        assertThat(new SkbPointer(Mode.HASHED).show(ADDRESS)).isNotEqualTo(new SkbPointer(Mode.HASHED).show(ADDRESS));
    }

    @Test
    void rawIsTheAddressAndOffIsZero() {
        assertThat(new SkbPointer(Mode.RAW).show(ADDRESS)).isEqualTo(ADDRESS);
        assertThat(new SkbPointer(Mode.OFF).show(ADDRESS)).isZero();
    }
}

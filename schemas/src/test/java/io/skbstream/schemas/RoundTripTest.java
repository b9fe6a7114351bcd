package io.skbstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificRecord;

class RoundTripTest {
    @Property
    void everyNetifReceiveComesBackEqual(@ForAll("netifReceives") NetifReceive record) throws IOException {
        assertRoundTrip(AvroSerde.of(NetifReceive.class), record);
    }

    @Property
    void everyLoopbackByHostComesBackEqual(@ForAll("loopbackByHosts") LoopbackByHost record) throws IOException {
        assertRoundTrip(AvroSerde.of(LoopbackByHost.class), record);
    }

    @Property
    void everyAgentLedgerComesBackEqual(@ForAll("agentLedgers") AgentLedger record) throws IOException {
        assertRoundTrip(AvroSerde.of(AgentLedger.class), record);
    }

    private static <T extends SpecificRecord> void assertRoundTrip(AvroSerde<T> serde, T record) throws IOException {
        byte[] written = serde.serializer().serialize("t", record);
        assertThat(serde.deserializer().deserialize("t", written)).isEqualTo(record);
        assertThat(new BinaryMessageDecoder<T>(ContractModel.INSTANCE, record.getSchema()).decode(written))
                .as("read by Avro's own decoder of single objects")
                .isEqualTo(record);
    }

    @Provide
    Arbitrary<NetifReceive> netifReceives() {
        return records(NetifReceive::new);
    }

    @Provide
    Arbitrary<LoopbackByHost> loopbackByHosts() {
        return records(LoopbackByHost::new);
    }

    @Provide
    Arbitrary<AgentLedger> agentLedgers() {
        return records(AgentLedger::new);
    }

    private static <T extends SpecificRecord> Arbitrary<T> records(Supplier<T> empty) {
        List<Schema.Field> fields = empty.get().getSchema().getFields();
        List<Arbitrary<Object>> values =
                fields.stream().map(field -> valuesOf(field.schema())).toList();
        return Combinators.combine(values).as(list -> {
            T record = empty.get();
            fields.forEach(field -> record.put(field.pos(), list.get(field.pos())));
            return record;
        });
    }

    private static Arbitrary<Object> valuesOf(Schema schema) {
        if (schema.getLogicalType() instanceof LogicalTypes.TimestampNanos) {
            return Arbitraries.longs().map(Instant.EPOCH::plusNanos);
        }
        if (schema.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
            return Arbitraries.longs().map(Instant::ofEpochMilli);
        }
        return switch (schema.getType()) {
            case STRING -> strings().asGeneric();
            case BOOLEAN -> Arbitraries.of(true, false).asGeneric();
            case INT -> Arbitraries.integers().asGeneric();
            case LONG -> Arbitraries.longs().asGeneric();
            case ENUM -> Arbitraries.of(enumConstants(schema));
            case UNION -> valuesOf(schema.getTypes().get(1)).injectNull(0.3); // all are of null and another
            case MAP ->
                Arbitraries.maps(strings(), valuesOf(schema.getValueType()))
                        .ofMaxSize(3)
                        .asGeneric();
            case ARRAY -> valuesOf(schema.getElementType()).list().ofMaxSize(3).asGeneric();
            case RECORD -> records(() -> newRecord(schema)).asGeneric();
            default -> throw new IllegalArgumentException("no arbitrary values for " + schema);
        };
    }

    private static Object[] enumConstants(Schema schema) {
        return ContractModel.INSTANCE.getClass(schema).getEnumConstants();
    }

    private static SpecificRecord newRecord(Schema schema) {
        return (SpecificRecord) ContractModel.INSTANCE.newRecord(null, schema);
    }

    /** Of every code point that UTF-8 can carry: half a surrogate pair alone is none. */
    private static Arbitrary<String> strings() {
        return Arbitraries.integers()
                .between(Character.MIN_CODE_POINT, Character.MAX_CODE_POINT)
                .filter(codePoint -> codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE)
                .list()
                .ofMaxSize(40)
                .map(codePoints -> codePoints.stream().map(Character::toString).reduce("", String::concat));
    }
}

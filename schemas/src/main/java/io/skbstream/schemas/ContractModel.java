package io.skbstream.schemas;

import io.skbstream.avro.AckedLog;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.CpuSequence;
import io.skbstream.avro.DeviceTotal;
import io.skbstream.avro.Hook;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.avro.SessionState;
import io.skbstream.avro.Talker;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions.TimestampMillisConversion;
import org.apache.avro.data.TimeConversions.TimestampNanosConversion;
import org.apache.avro.specific.SpecificData;

/**
 * Avro's view of the generated classes. It binds them to their schemas itself: since 1.12.2 Avro loads a class that a schema
 * names only when the whole JVM was told to trust it, and a library should not need, or change, such a setting.
 */
final class ContractModel extends SpecificData {
    static final ContractModel INSTANCE = new ContractModel();

    private static final Map<String, Class<?>> CLASSES = Stream.of(
                    NetifReceive.class,
                    AgentLedger.class,
                    CpuSequence.class,
                    DeviceTotal.class,
                    AckedLog.class,
                    LoopbackByHost.class,
                    Talker.class,
                    Hook.class,
                    SessionState.class)
            .collect(Collectors.toMap(Class::getName, type -> type));

    private ContractModel() {
        addLogicalTypeConversion(new TimestampMillisConversion());
        addLogicalTypeConversion(new TimestampNanosConversion());
    }

    @Override
    public Class<?> getClass(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, ENUM -> CLASSES.get(schema.getFullName());
            default -> super.getClass(schema);
        };
    }
}

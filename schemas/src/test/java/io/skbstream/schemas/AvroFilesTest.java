package io.skbstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.file.SeekableByteArrayInput;
import org.junit.jupiter.api.Test;

class AvroFilesTest {
    private static final AgentLedger LEDGER = new AvroDeserializer<>(AgentLedger.class)
            .deserialize("golden", SchemaHistoryTest.goldenBytes("agent-ledger-1"));

    @Test
    void aRecordOfRecordsComesBackFromAContainerFile() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (var writer = new DataFileWriter<>(AvroFiles.writer(AgentLedger.class))) {
            writer.create(AgentLedger.getClassSchema(), file).append(LEDGER);
        }
        try (var reader = new DataFileReader<>(
                new SeekableByteArrayInput(file.toByteArray()), AvroFiles.reader(AgentLedger.class))) {
            assertThat(reader.iterator()).toIterable().containsExactly(LEDGER);
        }
    }

    @Test
    void aChangedCopyLeavesTheRecordAsItWas() {
        AgentLedger copy = AvroFiles.copy(LEDGER);
        assertThat(copy).isEqualTo(LEDGER);

        copy.put("state", SessionState.KILLED);
        copy.getRejectedBy().put("RecordTooLargeException", 99L);

        assertThat(LEDGER.getState()).isEqualTo(SessionState.STOPPED);
        assertThat(LEDGER.getRejectedBy()).containsEntry("RecordTooLargeException", 15L);
    }

    @Test
    void releasedSchemasAreKnownAndOthersAreNot() {
        assertThat(AvroFiles.isReleased(SchemaHistory.load("netif-receive-1"))).isTrue();
        assertThat(AvroFiles.isReleased(Schema.create(Schema.Type.LONG))).isFalse();
    }
}

package io.skbstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.registry.RegistrySettings;
import io.skbstream.schemas.registry.SchemaRegistry;
import io.skbstream.schemas.registry.StubRegistry;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubjectTest {
    private static final Subject SUBJECT = Subject.ofValues("events", NetifReceive.class);

    private StubRegistry stub;
    private SchemaRegistry registry;

    @BeforeEach
    void start() {
        stub = new StubRegistry();
        registry = new SchemaRegistry(RegistrySettings.of(Map.of(RegistrySettings.URL_CONFIG, stub.url()))
                .orElseThrow());
    }

    @AfterEach
    void stop() {
        stub.close();
    }

    @Test
    void aSubjectWithoutALevelGetsBackward() {
        assertThat(SUBJECT.protect(registry)).isEmpty();
        assertThat(stub.levels).containsExactly(Map.entry("events-value", "BACKWARD"));
    }

    @Test
    void anotherAgentThatWasFasterIsNoTrouble() {
        stub.levelOfAnother = "BACKWARD";

        assertThat(SUBJECT.protect(registry)).isEmpty();
    }

    @Test
    void aLevelOfAnotherThatProtectsNobodyIsSaid() {
        stub.levelOfAnother = "NONE";

        assertThat(SUBJECT.protect(registry)).hasValueSatisfying(why -> assertThat(why)
                .contains("subject events-value", "has compatibility NONE", "set it to BACKWARD"));
    }

    @Test
    void aLevelThatIsThereStays() {
        stub.levels.put("events-value", "FULL");

        assertThat(SUBJECT.protect(registry)).isEmpty();
        assertThat(stub.levels).containsEntry("events-value", "FULL");
    }
}

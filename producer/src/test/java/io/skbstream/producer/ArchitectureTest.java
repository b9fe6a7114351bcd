package io.skbstream.producer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;

/** Which package may know which: down only, and each library in one place. */
@AnalyzeClasses(packagesOf = ArchitectureTest.class, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final Map<String, String[]> MAY_KNOW = Map.ofEntries(
            layer(
                    "cli",
                    "telemetry",
                    "agent",
                    "audit",
                    "doctor",
                    "trace",
                    "publish",
                    "capture",
                    "spool",
                    "ledger",
                    "event",
                    "kernel",
                    "libbpf"),
            layer("telemetry", "agent", "publish", "spool", "ledger"),
            layer("agent", "publish", "capture", "spool", "duty", "ledger", "event", "kernel", "libbpf"),
            layer("audit", "publish"),
            layer("doctor", "publish", "capture", "event", "kernel", "libbpf"),
            layer("trace", "capture", "event", "libbpf"),
            layer("publish", "capture", "spool", "duty", "event", "kernel"),
            layer("capture", "duty", "event", "kernel", "libbpf"),
            layer("spool", "event"),
            layer("duty"),
            layer("ledger"),
            layer("event"),
            layer("kernel"),
            layer("libbpf"));

    @ArchTest
    static final ArchRule packagesPointDown = packagesPointDown();

    @ArchTest
    static final ArchRule thereAreNoCycles =
            slices().matching("io.skbstream.producer.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyLibbpfSpeaksToNativeCode = noClasses()
            .that()
            .resideOutsideOfPackage("..producer.libbpf..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..", "com.kenai..");

    @ArchTest
    static final ArchRule libbpfKnowsNothingAboveIt = classes()
            .that()
            .resideInAPackage("..producer.libbpf..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "jnr..",
                    "com.kenai..",
                    "io.skbstream.clients",
                    "io.skbstream.producer",
                    "..producer.libbpf..");

    @ArchTest
    static final ArchRule onlyPublishAuditAndTelemetrySpeakToKafka = noClasses()
            .that()
            .resideOutsideOfPackages("..producer.publish..", "..producer.audit..", "..producer.telemetry..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule telemetryOnlyHandsKafkasClientToItsMeters = noClasses()
            .that()
            .resideInAPackage("..producer.telemetry..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.apache.kafka..").and(not(type(Producer.class))))
            .orShould()
            .callMethodWhere(target(owner(type(Producer.class))));

    @ArchTest
    static final ArchRule onlyTelemetryMeasuresAndListens = noClasses()
            .that()
            .resideOutsideOfPackage("..producer.telemetry..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "io.prometheus..", "com.sun.net.httpserver..");

    @ArchTest
    static final ArchRule onlyTheEncoderAndTheSpoolSpeakAvro = noClasses()
            .that()
            .resideOutsideOfPackages("..producer.capture..", "..producer.spool..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.avro..");

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsPicocliAndLogback = noClasses()
            .that()
            .resideOutsideOfPackage("..producer.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "ch.qos.logback..");

    @ArchTest
    static final ArchRule onlyTheCommandLineWritesToTheStandardStreams = noClasses()
            .that()
            .resideOutsideOfPackage("..producer.cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    private static ArchRule packagesPointDown() {
        var layers = layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .ensureAllClassesAreContainedInArchitectureIgnoring("io.skbstream.producer");
        for (String name : MAY_KNOW.keySet()) {
            layers = layers.layer(name).definedBy("io.skbstream.producer." + name);
        }
        for (Map.Entry<String, String[]> one : MAY_KNOW.entrySet()) {
            var layer = layers.whereLayer(one.getKey());
            layers = one.getValue().length == 0
                    ? layer.mayNotAccessAnyLayer()
                    : layer.mayOnlyAccessLayers(one.getValue());
        }
        return layers;
    }

    private static Map.Entry<String, String[]> layer(String name, String... mayKnow) {
        return Map.entry(name, mayKnow);
    }
}

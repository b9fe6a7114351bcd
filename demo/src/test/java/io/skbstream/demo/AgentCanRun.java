package io.skbstream.demo;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The test class runs the agent. It is skipped where the doctor says that the agent cannot run, with the doctor's reason. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(AgentCanRun.Condition.class)
@interface AgentCanRun {

    /** Asks the doctor once for the class, and not again for each of its tests. */
    final class Condition implements ExecutionCondition {
        private static final int DOCTOR_S = 180;

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (context.getTestMethod().isPresent()) {
                return ConditionEvaluationResult.enabled("the class is not skipped");
            }
            try {
                return ask();
            } catch (Exception failed) {
                throw new IllegalStateException("the doctor cannot be asked whether the agent can run", failed);
            }
        }

        private static ConditionEvaluationResult ask() throws Exception {
            var builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-jar",
                            Path.of("..", "producer", "target", "skbstream.jar").toString(),
                            "doctor")
                    .redirectErrorStream(true);
            // The kernel alone matters, not a Kafka that this user has set.
            builder.environment().keySet().removeAll(List.of("KAFKA_BOOTSTRAP_SERVERS", "SCHEMA_REGISTRY_URL"));
            var doctor = builder.start();
            try {
                String said = new String(doctor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!doctor.waitFor(DOCTOR_S, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("it does not end: " + said);
                }
                return doctor.exitValue() == 0
                        ? ConditionEvaluationResult.enabled("the agent can run here")
                        : ConditionEvaluationResult.disabled("the agent cannot run here: " + reason(said));
            } finally {
                doctor.destroyForcibly();
            }
        }

        /** What keeps the agent from running; all that the doctor said, if it names nothing. */
        private static String reason(String said) {
            String obstacles = said.lines()
                    .filter(line -> line.startsWith("BAD"))
                    .map(line -> line.replaceFirst("BAD\\s+.*?\\s{2,}", ""))
                    .collect(Collectors.joining("; "));
            return obstacles.isEmpty() ? said.strip() : obstacles;
        }
    }
}

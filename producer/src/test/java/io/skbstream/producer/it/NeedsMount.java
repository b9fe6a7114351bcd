package io.skbstream.producer.it;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Mounts a file system of this type. Skips the class, with one reason, where that is refused: capabilities alone do not tell. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsMount.Condition.class)
public @interface NeedsMount {

    /** {@code tmpfs}, {@code bpf}: a type that needs no device. */
    String value();

    /** Tries it. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (context.getTestMethod().isPresent()) {
                return ConditionEvaluationResult.enabled("its class may mount");
            }
            String type = AnnotationSupport.findAnnotation(context.getElement(), NeedsMount.class)
                    .orElseThrow()
                    .value();
            try {
                String refusal = refusal(type);
                return refusal.isEmpty()
                        ? ConditionEvaluationResult.enabled("a " + type + " can be mounted")
                        : ConditionEvaluationResult.disabled(
                                "needs CAP_SYS_ADMIN to mount a " + type + " (" + refusal + ")");
            } catch (IOException missing) {
                return ConditionEvaluationResult.disabled("needs mount and umount: " + missing.getMessage());
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }

        private static String refusal(String type) throws IOException, InterruptedException {
            Path folder = Files.createTempDirectory("skbstream-mount-");
            try {
                String said = said("mount", "-t", type, type, folder.toString());
                String refusal = said.isEmpty() ? said("umount", folder.toString()) : said;
                return refusal.replace(folder + ": ", "");
            } finally {
                Files.delete(folder);
            }
        }

        /** What a command says of its failure; empty if it succeeds. */
        private static String said(String... command) throws IOException, InterruptedException {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes()).strip();
            return process.waitFor() == 0
                    ? ""
                    : said.isEmpty()
                            ? command[0] + " failed"
                            : said.lines().findFirst().get();
        }
    }
}

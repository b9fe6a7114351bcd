package io.skbstream.demo;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The test class boots a guest. It is skipped where there is nothing to make or emulate one with, and says what is missing. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(GuestCanBoot.Condition.class)
@interface GuestCanBoot {

    /** Makes the guest before the first test of the class. */
    final class Condition implements ExecutionCondition {
        private static final List<String> PROGRAMS = List.of(
                "qemu-system-x86_64", "apt-get", "dpkg-deb", "depmod", "modprobe", "mke2fs", "cpio", "xz", "zstd");

        /** The exit code of {@code vm/run} where Debian's archive cannot be reached. */
        private static final int UNREACHABLE = 69;

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (context.getTestMethod().isPresent()) {
                return ConditionEvaluationResult.enabled("the class is not skipped");
            }
            String missing = PROGRAMS.stream().filter(name -> !isThere(name)).collect(Collectors.joining(", "));
            if (!missing.isEmpty()) {
                return ConditionEvaluationResult.disabled("needs " + missing + " to make and emulate a guest");
            }
            try {
                return make();
            } catch (Exception failed) {
                throw new IllegalStateException("the guest cannot be made", failed);
            }
        }

        private static ConditionEvaluationResult make() throws Exception {
            var making = new ProcessBuilder(Path.of("..", "vm", "run").toString(), "--make")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(making.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return switch (making.waitFor()) {
                case 0 -> ConditionEvaluationResult.enabled("the guest is made");
                case UNREACHABLE ->
                    ConditionEvaluationResult.disabled("needs Debian's packages to make a guest: " + said);
                default -> throw new IllegalStateException("vm/run does not make the guest: " + said);
            };
        }

        private static boolean isThere(String program) {
            return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        }
    }
}

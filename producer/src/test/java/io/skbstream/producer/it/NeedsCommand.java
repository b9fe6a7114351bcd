package io.skbstream.producer.it;

import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs these commands. Skips the class, with one reason, where the PATH lacks one. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsCommand.Condition.class)
public @interface NeedsCommand {

    String[] value();

    /** Looks for them. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String missing = AnnotationSupport.findAnnotation(context.getTestClass(), NeedsCommand.class).stream()
                    .flatMap(needs -> Stream.of(needs.value()))
                    .filter(command -> !isThere(command))
                    .collect(Collectors.joining(" and "));
            return missing.isEmpty()
                    ? ConditionEvaluationResult.enabled("its commands are there")
                    : ConditionEvaluationResult.disabled("needs " + missing);
        }

        private static boolean isThere(String command) {
            return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(folder -> new File(folder, command).canExecute());
        }
    }
}

package io.skbstream.producer.it;

import io.skbstream.producer.kernel.Kernel;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The test loads programs into this machine's kernel: it is skipped, aloud, where that cannot be done. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LiveKernel.Condition.class)
public @interface LiveKernel {

    /** Says what is missing. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            List<String> missing = Kernel.running().capabilities().missing();
            if (!missing.isEmpty()) {
                return ConditionEvaluationResult.disabled("needs root: " + String.join(" and ", missing) + " missing");
            }
            if (!Kernel.running().btf().isThere()) {
                return ConditionEvaluationResult.disabled("needs a kernel with BTF: no /sys/kernel/btf/vmlinux");
            }
            return ConditionEvaluationResult.enabled("this kernel takes BPF programs");
        }
    }
}

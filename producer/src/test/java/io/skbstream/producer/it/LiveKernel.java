package io.skbstream.producer.it;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.capture.Attachment;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.kernel.Capabilities;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.NetworkNamespace;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Loads programs into this machine's kernel and makes network namespaces. Skips the class, with one reason, where one of both fails. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LiveKernel.Condition.class)
public @interface LiveKernel {

    /** Tries both once for all classes. */
    final class Condition implements ExecutionCondition {
        private static final int RING_BYTES = 64 * 1024;
        private static final ConditionEvaluationResult RESULT = result();

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return RESULT;
        }

        private static ConditionEvaluationResult result() {
            Capabilities capabilities = Kernel.running().capabilities();
            List<String> missing = capabilities.missing();
            if (!missing.isEmpty()) {
                return ConditionEvaluationResult.disabled(
                        "needs " + String.join(" and ", missing) + " to load a BPF program");
            }
            try {
                NetworkNamespace.create("it-condition").close();
            } catch (AgentException refused) {
                return ConditionEvaluationResult.disabled(
                        "needs CAP_SYS_ADMIN and CAP_NET_ADMIN to make a network namespace (" + refused.getMessage()
                                + ")");
            }
            try {
                Attachment.atFirstOf(Hook.AUTO, ProbeSettings.everything(RING_BYTES))
                        .probe()
                        .close();
            } catch (AgentException refused) {
                return ConditionEvaluationResult.disabled(
                        "needs a kernel that takes BPF programs: " + refused.getMessage());
            }
            return ConditionEvaluationResult.enabled("this kernel takes BPF programs");
        }
    }
}

package io.skbstream.producer.capture;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.Obstacle;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.BpfException;
import io.skbstream.producer.libbpf.InstalledLibBpf;
import io.skbstream.producer.libbpf.MemoryLockLimit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A probe at a hook that was seen to fire, and how it came to that hook; immutable.
 *
 * @param probe for the caller to close
 * @param refused the hooks that were tried before, and why they were not taken
 * @param doubt why the hook could not be seen to fire, where that was impossible
 */
public record Attachment(NetifReceiveProbe probe, List<HookRefusal> refused, Optional<Obstacle> doubt) {

    /**
     * Attaches to the first hook of the list that this kernel takes and that fires.
     *
     * @throws AgentException if there is none; the message names each hook, the reason and the remedy
     */
    public static Attachment atFirstOf(List<Hook> hooks, ProbeSettings settings) {
        Kernel kernel = Kernel.running();
        kernel.capabilities().require();
        if (kernel.memoryLock().isCharged()) {
            MemoryLockLimit.raise();
        }
        Diagnosis diagnosis =
                new Diagnosis(kernel, settings, InstalledLibBpf.find().file());
        List<HookRefusal> refused = new ArrayList<>();
        for (Hook hook : hooks) {
            Optional<HookRefusal> refusal = diagnosis.beforehand(hook);
            if (refusal.isEmpty()) {
                try {
                    HitProof proof = HitProof.of(hook, settings);
                    if (!proof.isSilent()) {
                        NetifReceiveProbe probe = NetifReceiveProbe.attach(hook, settings);
                        return new Attachment(probe, List.copyOf(refused), proof.doubt());
                    }
                    refusal = Optional.of(diagnosis.ofSilence(hook));
                } catch (BpfException failed) {
                    refusal = Optional.of(diagnosis.of(hook, failed));
                }
            }
            refused.add(refusal.get());
        }
        throw noneOf(refused);
    }

    /** What several hooks have in common is said once. */
    static AgentException noneOf(List<HookRefusal> refused) {
        Map<Obstacle, String> hooks = new LinkedHashMap<>();
        refused.forEach(refusal ->
                hooks.merge(refusal.obstacle(), refusal.hook().option(), (one, other) -> one + " and " + other));
        Obstacle first = refused.get(0).obstacle();
        String reason;
        String remedy;
        if (hooks.size() > 1) {
            reason = hooks.entrySet().stream()
                    .map(entry -> entry.getValue() + ": " + entry.getKey())
                    .collect(Collectors.joining("; "));
            remedy = "mend what is in the way of one of them";
        } else {
            reason = refused.size() > 1 ? first.reason() : hooks.get(first) + ": " + first.reason();
            remedy = first.remedy();
        }
        boolean mayOtherWork =
                refused.size() < Hook.values().length && refused.stream().allMatch(HookRefusal::isOfHookAlone);
        String auto = mayOtherWork ? "--hook auto takes whichever works" : "";
        return new AgentException(new Obstacle(
                "no hook can be attached: " + reason,
                Stream.of(remedy, auto).filter(next -> !next.isEmpty()).collect(Collectors.joining("; "))));
    }
}

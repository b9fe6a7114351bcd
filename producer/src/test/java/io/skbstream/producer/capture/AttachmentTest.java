package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.Obstacle;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told when no hook can be used. */
class AttachmentTest {

    private static final Obstacle LOCKDOWN = new Obstacle("locked down", "boot without");
    private static final Obstacle SWITCHED_OFF = new Obstacle("switched off", "switch on");
    private static final Obstacle NO_KPROBES = new Obstacle("no kprobes", "");

    @Test
    void aReasonThatAllHooksHaveInCommonIsToldOnce() {
        var all = List.of(
                refusal(Hook.KPROBE, LOCKDOWN), refusal(Hook.FENTRY, LOCKDOWN), refusal(Hook.TRACEPOINT, LOCKDOWN));

        assertThat(Attachment.noneOf(all).obstacle())
                .isEqualTo(new Obstacle("no hook can be attached: locked down", "boot without"));
    }

    @Test
    void differentReasonsAreToldEachWithItsHooksAndRemedy() {
        var all = List.of(
                refusal(Hook.KPROBE, NO_KPROBES), refusal(Hook.FENTRY, LOCKDOWN), refusal(Hook.TRACEPOINT, LOCKDOWN));

        assertThat(Attachment.noneOf(all).obstacle())
                .isEqualTo(new Obstacle(
                        "no hook can be attached: kprobe: no kprobes; fentry and tracepoint: locked down; boot without",
                        "mend what is in the way of one of them"));
    }

    @Test
    void aHookThatWasChosenIsToldWithTheWayToTheOthers() {
        assertThat(Attachment.noneOf(List.of(refusal(Hook.KPROBE, NO_KPROBES))).obstacle())
                .isEqualTo(new Obstacle(
                        "no hook can be attached: kprobe: no kprobes", "--hook auto takes whichever works"));
        assertThat(Attachment.noneOf(List.of(refusal(Hook.KPROBE, SWITCHED_OFF)))
                        .obstacle()
                        .remedy())
                .isEqualTo("switch on; --hook auto takes whichever works");
    }

    @Test
    void noWayToTheOthersIsToldWhereTheyMeetTheSame() {
        assertThat(Attachment.noneOf(List.of(refusal(Hook.KPROBE, LOCKDOWN))).obstacle())
                .isEqualTo(new Obstacle("no hook can be attached: kprobe: locked down", "boot without"));
    }

    private static HookRefusal refusal(Hook hook, Obstacle obstacle) {
        return new HookRefusal(hook, obstacle, obstacle != LOCKDOWN);
    }
}

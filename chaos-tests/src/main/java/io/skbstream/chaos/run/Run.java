package io.skbstream.chaos.run;

import io.skbstream.chaos.process.ChaosException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/** One thing that must show. What goes wrong in it fails it alone; the next one has a broker as if nothing had been. */
final class Run {

    /** What a run does on its stage; returns what does not hold. */
    interface Play {
        List<String> on(Stage stage) throws Exception;
    }

    private final Lab lab;
    private final Report report;
    private final Path kept;

    /** @param kept where the logs of failed runs go */
    Run(Lab lab, Report report, Path kept) {
        this.lab = lab;
        this.report = report;
        this.kept = kept;
    }

    /** Sets the stage, plays, and counts the result. */
    void play(String title, StageSettings settings, Play play) throws IOException, InterruptedException {
        List<String> failures;
        try (Stage stage = Stage.set(lab, settings)) {
            failures = played(play, stage);
            if (!failures.isEmpty()) {
                stage.keepLogs(kept.resolve(settings.name()));
                report.say("  logs: " + kept.resolve(settings.name()));
                lab.restore();
            }
        } catch (ChaosException | KafkaException | IOException | UncheckedIOException e) {
            failures = List.of(e.toString());
            lab.restore();
        }
        report.result(title, failures);
    }

    private static List<String> played(Play play, Stage stage) throws InterruptedException {
        try {
            return play.on(stage);
        } catch (InterruptedException e) {
            throw e;
        } catch (ChaosException | KafkaException | IOException | UncheckedIOException e) {
            return List.of(e.toString());
        } catch (Exception e) {
            throw new IllegalStateException("a run has a defect: " + e, e);
        }
    }
}

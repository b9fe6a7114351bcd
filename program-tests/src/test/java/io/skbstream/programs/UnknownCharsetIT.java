package io.skbstream.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A locale may have a charset that Java lacks, as hy_AM.ARMSCII-8. */
@Timeout(300)
class UnknownCharsetIT {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void isNoReasonToFail(Programs program) throws Exception {
        String script =
                "java=$1; shift; exec \"$java\" -Dstdout.encoding=ARMSCII-8 -Dsun.stdout.encoding=ARMSCII-8 \"$@\"";
        try (var process = ProgramProcess.start(folder, new File("/dev/null"), script, program.jar(), "--version")) {
            assertThat(process.exitCode()).as(process.err()).isZero();
            assertThat(process.err()).isEmpty();
        }
    }
}

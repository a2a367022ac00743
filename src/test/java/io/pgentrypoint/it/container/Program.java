package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// A program of this machine, run to its end with nothing to read.
final class Program {

    private Program() {}

    /// @param output of both streams
    record Run(int code, String output) {
        String succeeded() {
            assertThat(code).as(output).isZero();
            return output;
        }
    }

    /// @param more beside the environment of the tests
    static Run run(List<String> argv, Map<String, String> more) {
        ProcessBuilder builder =
                new ProcessBuilder(argv)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"));
        builder.environment().putAll(more);
        try {
            Process process = builder.start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

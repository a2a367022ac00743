package io.pgentrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pgentrypoint.cli.CliInputs;
import io.pgentrypoint.connect.ConnectInputs;
import io.pgentrypoint.execute.ExecuteInputs;
import io.pgentrypoint.execute.sql.DatabaseInputs;
import io.pgentrypoint.kit.Limits;
import io.pgentrypoint.observe.ObserveInputs;
import io.pgentrypoint.observe.datadir.NodeInputs;
import io.pgentrypoint.observe.volume.VolumeInputs;
import io.pgentrypoint.observe.wal.TimelineInputs;
import io.pgentrypoint.patroni.PatroniInputs;
import io.pgentrypoint.plan.step.PlanInputs;
import io.pgentrypoint.probe.ProbeInputs;
import io.pgentrypoint.process.ProcessInputs;
import io.pgentrypoint.report.ReportInputs;
import io.pgentrypoint.settings.SettingsInputs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whatever others write, a parser of it returns a value or throws its own refusal, and soon: no
/// other exception, no stack or heap used up. A commit has its own texts: the seed is the commit's
/// id, `-Dfuzz.seed=…` repeats a run, `-Dfuzz.inputs=…` makes it longer. A text that failed once is
/// kept in `src/test/resources/fuzz`, in a directory named after its parser, and read in each run.
class ForeignInputTest {

    private static final Path CORPUS = Path.of("src/test/resources/fuzz");
    private static final Path FAILED = Path.of("target/fuzz");
    private static final long STACK_BYTES = 256 << 10;
    private static final long MOST_CPU_NANOS = 2_000_000_000L;
    private static final long MOST_HEAP_BYTES = 512L << 20;
    private static final int SHOWN = 2000;

    private static final List<ForeignInput> ALL =
            Stream.of(
                            SettingsInputs.all(),
                            PatroniInputs.all(),
                            NodeInputs.all(),
                            VolumeInputs.all(),
                            TimelineInputs.all(),
                            ObserveInputs.all(),
                            ConnectInputs.all(),
                            DatabaseInputs.all(),
                            ExecuteInputs.all(),
                            PlanInputs.all(),
                            ProbeInputs.all(),
                            ProcessInputs.all(),
                            ReportInputs.all(),
                            CliInputs.all())
                    .flatMap(List::stream)
                    .toList();

    @Test
    void a_parser_takes_any_text_or_refuses_it_in_its_own_words() throws Exception {
        long seed = Limits.FUZZ_SEED;
        int inputs = Limits.FUZZ_INPUTS;
        System.out.printf("fuzz.seed=%d fuzz.inputs=%d parsers=%d%n", seed, inputs, ALL.size());
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < ALL.size(); i++) {
            ForeignInput input = ALL.get(i);
            Mutations mutations = new Mutations(new SplittableRandom(seed + i));
            List<String> seeds = new ArrayList<>(input.samples());
            seeds.addAll(kept(input));
            Set<String> kinds = new HashSet<>();
            onSmallStack(() -> {
                for (int n = share(input, inputs); n >= 0; n--) {
                    String text = mutations.of(seeds);
                    Optional<Failure> failure = failure(input, text);
                    // One of a kind: the others have the same cause.
                    if (failure.isPresent() && kinds.add(failure.get().kind())) {
                        failures.add(failure.get().report(input, text, seed));
                    }
                }
            });
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void what_a_parser_failed_on_once_it_takes_or_refuses_now() throws Exception {
        List<String> failures = new ArrayList<>();
        for (ForeignInput input : ALL) {
            List<String> texts = new ArrayList<>(kept(input));
            onSmallStack(() -> {
                for (String text : texts) {
                    failure(input, text)
                            .ifPresent(found -> failures.add(found.report(input, text, 0)));
                }
            });
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void a_parser_takes_its_samples() throws Exception {
        for (ForeignInput input : ALL) {
            for (String sample : input.samples()) {
                assertThat(thrown(input, sample)).as("%s: %s", input.name(), sample).isEmpty();
            }
        }
    }

    @Test
    void each_directory_of_kept_texts_is_of_a_parser() throws IOException {
        Set<String> names = new HashSet<>();
        ALL.forEach(input -> assertThat(names.add(input.name())).as(input.name()).isTrue());
        try (Stream<Path> directories = Files.list(CORPUS)) {
            assertThat(directories.map(each -> String.valueOf(each.getFileName())))
                    .isNotEmpty()
                    .allMatch(names::contains);
        }
    }

    private record Failure(String kind, Throwable cause) {

        String report(ForeignInput input, String text, long seed) {
            Path file = FAILED.resolve(input.name()).resolve(Integer.toHexString(text.hashCode()));
            try {
                Files.createDirectories(file.resolveSibling("."));
                Files.writeString(file, text, StandardCharsets.UTF_8);
            } catch (IOException e) {
                // A lone surrogate cannot be written; the seed makes it again.
            }
            StringBuilder report = new StringBuilder();
            report.append(
                    "%s: %s%n  fuzz.seed=%d, kept in %s%n  %s"
                            .formatted(
                                    input.name(),
                                    kind,
                                    seed,
                                    file,
                                    text.length() > SHOWN ? text.substring(0, SHOWN) : text));
            Stream.of(cause.getStackTrace())
                    .limit(6)
                    .forEach(each -> report.append("\n    at ").append(each));
            return report.toString();
        }
    }

    private static Optional<Failure> failure(ForeignInput input, String text) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        long heap = threads.getCurrentThreadAllocatedBytes();
        Optional<Throwable> thrown = thrown(input, text);
        cpu = threads.getCurrentThreadCpuTime() - cpu;
        heap = threads.getCurrentThreadAllocatedBytes() - heap;
        if (thrown.isPresent() && !input.refuses(thrown.get())) {
            return Optional.of(new Failure(thrown.get().getClass().getName(), thrown.get()));
        }
        if (!input.library() && (cpu > MOST_CPU_NANOS || heap > MOST_HEAP_BYTES)) {
            String kind = cpu > MOST_CPU_NANOS ? "too slow" : "too much memory";
            return Optional.of(
                    new Failure(kind, new IllegalStateException(cpu + " ns, " + heap + " bytes")));
        }
        return Optional.empty();
    }

    private static Optional<Throwable> thrown(ForeignInput input, String text) {
        try {
            input.parser().parse(text);
            return Optional.empty();
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            return Optional.of(e);
        }
    }

    private static void onSmallStack(Runnable work)
            throws ExecutionException, InterruptedException {
        FutureTask<Boolean> task = new FutureTask<>(work, true);
        new Thread(null, task, "fuzz", STACK_BYTES).start();
        assertThat(task.get()).isTrue();
    }

    /// One over the network takes as long as ten others.
    private static int share(ForeignInput input, int inputs) {
        return inputs / ALL.size() / (input.library() ? 10 : 1);
    }

    private static List<String> kept(ForeignInput input) throws IOException {
        Path directory = CORPUS.resolve(input.name());
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                texts.add(Files.readString(file, StandardCharsets.UTF_8));
            }
        }
        return texts;
    }
}

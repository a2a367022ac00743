package io.pgentrypoint.run;

import static io.pgentrypoint.settings.Environments.parse;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.pgentrypoint.observe.access.ServerUser;
import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.PlannedTakeOver;
import io.pgentrypoint.plan.step.TakeOver;
import io.pgentrypoint.plan.step.TakeOverPlan;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PlanLogTest {

    private static final Layout LAYOUT = new Layout(Path.of("/data"));
    private static final NextAction LAUNCH =
            new NextAction.Launch(List.of("/bin/postgres", "-D", "/data"));

    private final Logger logger = (Logger) LoggerFactory.getLogger(PlanLog.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final PlanLog log = new PlanLog();

    @BeforeEach
    void listen() {
        appender.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    private List<String> said() {
        List<String> said = appender.list.stream().map(ILoggingEvent::toString).toList();
        appender.list.clear();
        return said;
    }

    private static Plan plan(List<String> warnings, NextAction next, Planned... steps) {
        return plan("/data holds a primary", warnings, next, steps);
    }

    private static Plan plan(
            String found, List<String> warnings, NextAction next, Planned... steps) {
        return new Plan("native node", found, warnings, List.of(steps), next, List.of());
    }

    private static Planned waiting(String seen, int seconds) {
        Mode mode =
                parse(
                                Environments.primary(
                                        "REPLICATION_ROLE", "auto", "CLUSTER_HOSTS", "db1,db2,db3"))
                        .mode();
        return new Planned(
                new Follow.AwaitNodes(
                        (Mode.NativeAuto) mode,
                        5432,
                        "waits",
                        List.of(seen),
                        Optional.of(Duration.ofSeconds(seconds))),
                "the first makes the cluster");
    }

    @Test
    void a_start_that_changes_nothing_logs_two_lines() {
        log.say(plan(List.of(), LAUNCH));
        assertThat(said())
                .containsExactly(
                        "[INFO] mode: native node; found: /data holds a primary",
                        "[INFO] before the server starts: nothing, everything is as it should be;"
                                + " then: /bin/postgres -D /data");
    }

    @Test
    void a_start_that_changes_something_logs_its_whole_plan() {
        log.say(plan(List.of(), LAUNCH, new Planned(new Follow.MarkStandby(LAYOUT), "a reason")));
        assertThat(said())
                .containsExactly(
                        "[INFO] mode: native node",
                        "[INFO] found: /data holds a primary",
                        "[INFO] before the server starts:",
                        "[INFO]    1. create standby.signal – a reason",
                        "[INFO] then: /bin/postgres -D /data");
    }

    @Test
    void at_level_debug_every_plan_is_logged_in_whole() {
        logger.setLevel(Level.DEBUG);
        log.say(stepsDown());
        log.say(plan(List.of(), LAUNCH));
        assertThat(said())
                .containsExactly(
                        "[DEBUG] before the volume is read, as root:",
                        "[DEBUG]    1. become user postgres (uid 999, gid 999) for good – a reason",
                        "[INFO] mode: native node",
                        "[INFO] found: /data holds a primary",
                        "[INFO] before the server starts: nothing, everything is as it should be",
                        "[INFO] then: /bin/postgres -D /data");
    }

    @Test
    void a_warning_is_logged_once_and_its_level_says_what_it_is() {
        log.say(plan(List.of("the disk is small"), LAUNCH));
        log.say(plan(List.of("the disk is small"), LAUNCH));
        assertThat(said())
                .filteredOn(line -> line.contains("small"))
                .containsExactly("[WARN] the disk is small");
    }

    @Test
    void a_plan_that_waits_again_logs_what_the_other_nodes_say_and_not_its_steps() {
        NextAction again = new NextAction.Replan("what they say decides");
        log.say(plan("db2 is silent", List.of(), again, waiting("db2 is silent", 60)));
        assertThat(said()).hasSize(5);
        log.say(plan("db2 waits", List.of(), again, waiting("db2 waits", 40)));
        assertThat(said()).containsExactly("[INFO] found: db2 waits; the plan stays as it is");

        log.say(plan("db2 waits", List.of(), LAUNCH, waiting("db2 waits", 40)));
        assertThat(said()).hasSize(5).last().asString().contains("then: /bin/postgres");
    }

    @Test
    void what_each_start_does_before_the_volume_is_read_is_not_logged() {
        log.say(stepsDown());
        log.say(takesVolume(Optional.empty()));
        assertThat(said()).isEmpty();
    }

    @Test
    void what_is_changed_or_waited_for_before_the_volume_is_read_is_logged() {
        log.say(
                takesVolume(
                        Optional.of(new LockOwner("db1", "", "", "", 7, Instant.EPOCH, true, 1))));
        assertThat(said()).last().asString().contains("once it is free");

        TakeOver close =
                new TakeOver.CloseToOthers(LAYOUT.dataDirectory(), new FileOwner(999, 999, 0755));
        log.say(takeOver("uid 999", close));
        assertThat(said()).last().asString().contains("to others");
    }

    private static TakeOverPlan stepsDown() {
        return takeOver("root", new TakeOver.StepDown(new ServerUser("postgres", 999, 999, "")));
    }

    private static TakeOverPlan takesVolume(Optional<LockOwner> owner) {
        return takeOver("uid 999", new TakeOver.TakeVolume(LAYOUT, Duration.ofSeconds(60), owner));
    }

    private static TakeOverPlan takeOver(String user, TakeOver step) {
        return new TakeOverPlan(
                user,
                List.of(),
                List.of(new PlannedTakeOver(step, "a reason")),
                TakeOverPlan.Next.READ_VOLUME);
    }
}

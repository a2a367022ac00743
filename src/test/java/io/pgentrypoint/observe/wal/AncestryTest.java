package io.pgentrypoint.observe.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.HostileText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class AncestryTest {

    private static final String CLUSTER = "7301234567890123456";

    private static Lsn at(long position) {
        return new Lsn(position);
    }

    /// From pairs of a timeline and its end, and the current one last.
    private static TimelineHistory history(long... numbers) {
        List<TimelineHistory.Ended> ended = new ArrayList<>();
        for (int i = 0; i + 1 < numbers.length; i += 2) {
            ended.add(new TimelineHistory.Ended((int) numbers[i], at(numbers[i + 1])));
        }
        return new TimelineHistory(ended, (int) numbers[numbers.length - 1]);
    }

    private static LocalTimelines ours(TimelineHistory history, long end) {
        return new LocalTimelines(CLUSTER, history, new WalEnd.At(at(end)));
    }

    private static UpstreamTimelines theirs(TimelineHistory history, long position) {
        return new UpstreamTimelines(CLUSTER, history, at(position), false);
    }

    @Test
    void a_node_that_stopped_where_the_new_timeline_begins_follows() {
        assertThat(Ancestry.of(ours(history(1), 500), theirs(history(1, 500, 2), 900)))
                .isEqualTo(new Ancestry.Follows(1, at(500)));
    }

    @Test
    void a_node_that_stopped_earlier_follows_through_several_timelines() {
        assertThat(
                        Ancestry.of(
                                ours(history(1, 100, 2), 300),
                                theirs(history(1, 100, 2, 300, 5, 700, 6), 900)))
                .isEqualTo(new Ancestry.Follows(2, at(300)));
    }

    @Test
    void one_byte_beyond_the_fork_is_diverged() {
        Ancestry verdict = Ancestry.of(ours(history(1), 501), theirs(history(1, 500, 2), 900));
        assertThat(verdict).isEqualTo(new Ancestry.Diverged(1, at(500), at(501)));
        assertThat(((Ancestry.Diverged) verdict).bytes()).isEqualTo(1);
    }

    @Test
    void beyond_the_server_on_its_own_timeline_is_ahead() {
        assertThat(Ancestry.of(ours(history(1, 50, 3), 600), theirs(history(1, 50, 3), 500)))
                .isEqualTo(new Ancestry.Ahead(3, at(600), at(500)));
        assertThat(Ancestry.of(ours(history(1, 50, 3), 500), theirs(history(1, 50, 3), 500)))
                .isEqualTo(new Ancestry.Follows(3, at(500)));
    }

    @Test
    void a_server_on_a_timeline_that_we_have_left_is_behind_however_far_it_wrote() {
        for (long position : List.of(100L, 500L, 9_000L)) {
            assertThat(Ancestry.of(ours(history(1, 500, 2), 700), theirs(history(1), position)))
                    .isEqualTo(new Ancestry.UpstreamBehind(2, 1));
        }
    }

    @Test
    void two_timelines_of_one_number_that_began_elsewhere_are_two() {
        assertThat(Ancestry.of(ours(history(1, 400, 2), 600), theirs(history(1, 500, 2), 600)))
                .isEqualTo(new Ancestry.Diverged(1, at(400), at(600)));
        assertThat(Ancestry.of(ours(history(1, 500, 2), 600), theirs(history(1, 400, 2), 600)))
                .isEqualTo(new Ancestry.Diverged(1, at(400), at(600)));
    }

    @Test
    void a_branch_of_our_own_that_the_server_passed_is_diverged() {
        assertThat(Ancestry.of(ours(history(1, 400, 2), 600), theirs(history(1, 450, 3), 600)))
                .isEqualTo(new Ancestry.Diverged(1, at(400), at(600)));
    }

    @Test
    void another_cluster_is_never_compared() {
        LocalTimelines local = new LocalTimelines("1", history(1), new WalEnd.Unknown("?"));
        assertThat(Ancestry.of(local, theirs(history(1), 9)))
                .isEqualTo(new Ancestry.OtherCluster("1", CLUSTER));
    }

    @Test
    void an_end_that_is_not_known_gives_no_verdict_but_that_the_server_is_older() {
        LocalTimelines one = new LocalTimelines(CLUSTER, history(1), new WalEnd.Unknown("odd"));
        LocalTimelines two =
                new LocalTimelines(CLUSTER, history(1, 5, 2), new WalEnd.Unknown("odd"));
        assertThat(Ancestry.of(one, theirs(history(1), 500)))
                .isEqualTo(new Ancestry.Unknown("odd", true));
        assertThat(Ancestry.of(one, theirs(history(1, 400, 2), 500)))
                .isEqualTo(new Ancestry.Unknown("odd", false));
        assertThat(Ancestry.of(two, theirs(history(1), 500)))
                .isEqualTo(new Ancestry.UpstreamBehind(2, 1));
    }

    @Test
    void histories_without_a_common_beginning_are_not_judged() {
        assertThat(Ancestry.of(ours(history(3), 500), theirs(history(4), 900)))
                .isInstanceOf(Ancestry.Unknown.class);
    }

    /// A whole family of promotions, and WAL as what was written on each timeline: the rule must
    /// agree with whether the one's bytes are a prefix of the other's.
    @Test
    void a_node_follows_exactly_when_all_it_wrote_is_a_part_of_what_the_server_wrote() {
        for (int i = 0; i < 20_000; i++) {
            long seed = HostileText.FIRST_SEED + i;
            RandomGenerator random = new Random(seed);
            Written parent = new Written(new TimelineHistory(List.of(), 1), random.nextInt(30));
            Written we = parent.timelines(random);
            Written they = parent.timelines(random);
            Ancestry verdict =
                    Ancestry.of(
                            ours(we.history(), we.length()), theirs(they.history(), they.length()));
            assertThat(verdict instanceof Ancestry.Follows)
                    .as("seed %s: %s against %s is %s", seed, we, they, verdict)
                    .isEqualTo(we.isPrefixOf(they));
        }
    }

    private record Written(TimelineHistory history, long length) {

        /// Goes on, up to three times promoted at some point of what it has; numbers are chosen as
        /// a server chooses them, that is without knowing of others.
        Written timelines(RandomGenerator random) {
            Written now = new Written(history, length + random.nextInt(5));
            for (int i = random.nextInt(4); i > 0; i--) {
                List<TimelineHistory.Ended> ended = new ArrayList<>(now.history.ended());
                Lsn from = ended.isEmpty() ? Lsn.NONE : ended.getLast().fork();
                long fork = random.nextLong(from.value(), now.length + 1);
                ended.add(new TimelineHistory.Ended(now.history.timeline(), at(fork)));
                int next = now.history.timeline() + 1 + random.nextInt(2);
                // A fork at the same byte under the same number cannot be told apart by anyone.
                now = new Written(new TimelineHistory(ended, next), fork + random.nextInt(6));
            }
            return now;
        }

        boolean isPrefixOf(Written other) {
            if (length > other.length) {
                return false;
            }
            // A timeline without a byte on it is a place on it all the same.
            for (int i = 0; i < history.size(); i++) {
                if (i >= other.history.size()
                        || history.timelineAt(i) != other.history.timelineAt(i)
                        || !history.beginAt(i).equals(other.history.beginAt(i))) {
                    return false;
                }
                long end = history.endAt(i).map(Lsn::value).orElse(length);
                if (other.history.endAt(i).map(Lsn::value).orElse(other.length) < end) {
                    return false;
                }
            }
            return true;
        }
    }
}

package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UserMapTest {

    @Test
    void without_a_user_namespace_each_id_is_itself() {
        UserMap map = UserMap.parse(List.of("         0          0 4294967295"));
        assertThat(map.outside(0)).hasValue(0);
        assertThat(map.outside(999)).hasValue(999);
        assertThat(map.outside(4294967295L)).isEmpty();
    }

    @Test
    void a_rootless_engine_maps_root_to_its_user_and_the_others_to_a_range() {
        UserMap map = UserMap.parse(List.of("0 1000 1", "1 100000 65536"));
        assertThat(map.outside(0)).hasValue(1000);
        assertThat(map.outside(999)).hasValue(100998);
        assertThat(map.outside(65536)).hasValue(165535);
        assertThat(map.outside(65537)).isEmpty();
    }
}

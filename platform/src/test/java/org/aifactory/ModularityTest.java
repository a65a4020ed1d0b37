package org.aifactory;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTest {

    @Test
    void modules_use_one_another_in_one_direction_and_by_their_public_face() {
        ApplicationModules.of(PlatformApplication.class).verify();
    }
}

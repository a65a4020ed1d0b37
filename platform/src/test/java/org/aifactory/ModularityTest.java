package org.aifactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTest {

    @Test
    void modules_use_one_another_in_one_direction_and_by_their_public_face() {
        ApplicationModules.of(PlatformApplication.class).verify();
    }

    /** Two of one number, from two who worked at once, would keep every platform from starting. */
    @Test
    void no_two_migrations_have_one_number() throws IOException {
        try (Stream<Path> migrations = Files.list(Path.of("src/main/resources/db/migration"))) {
            assertThat(migrations.map(file -> String.valueOf(file.getFileName()).replaceFirst("__.*", "")))
                    .isNotEmpty()
                    .doesNotHaveDuplicates();
        }
    }
}

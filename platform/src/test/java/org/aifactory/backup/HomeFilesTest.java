package org.aifactory.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeFilesTest {
    @TempDir
    Path home;

    @Test
    void what_a_killed_backup_has_held_is_let_go_and_a_backup_under_way_keeps_it() throws Exception {
        Files.writeString(Files.createDirectories(home.resolve("blobs")).resolve("one"), "kept");
        Files.writeString(Files.createDirectories(home.resolve("keys")).resolve("secrets.key"), "key");
        Path left = Files.createDirectory(home.resolve("backup-in-progress-of-one-that-was-killed"));
        Files.writeString(left.resolve("old"), "second name");
        try (HomeFiles files = HomeFiles.of(home)) {
            files.hold();
            files.hold();

            assertThat(HomeFiles.removeLeftovers(home).things()).isEqualTo(1);

            assertThat(left).doesNotExist();
            assertThat(files.folder().resolve("blobs/one")).hasContent("kept");
            assertThat(files.folder().resolve("keys")).doesNotExist();
            try (var inside = Files.list(files.folder())) {
                assertThat(inside).hasSize(1);
            }
        }
        assertThat(home).isDirectoryNotContaining("glob:**backup-in-progress*");
        assertThat(home.resolve("blobs/one")).hasContent("kept");
    }
}

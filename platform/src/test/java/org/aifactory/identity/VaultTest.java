package org.aifactory.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {
    private static final String SECRET = "{\"TOKEN\": \"비밀 🔑\"}";

    @TempDir
    Path home;

    @Test
    void what_was_sealed_opens_in_its_place_alone_and_after_a_new_start() {
        Vault vault = new Vault(home);
        String sealed = vault.seal("job 1", SECRET);

        assertThat(sealed).doesNotContain("TOKEN").isNotEqualTo(vault.seal("job 1", SECRET));
        assertThat(new Vault(home).open("job 1", sealed)).contains(SECRET);
        assertThat(vault.open("job 2", sealed)).isEmpty();
        String changed = sealed.substring(0, sealed.length() - 2) + (sealed.endsWith("AA") ? "BB" : "AA");
        assertThat(vault.open("job 1", changed)).isEmpty();
        assertThat(vault.open("job 1", "sealed:1:")).isEmpty();
        assertThat(vault.open("job 1", "sealed:1:?")).isEmpty();
    }

    @Test
    void what_an_earlier_platform_wrote_in_clear_is_read_as_it_is() {
        assertThat(new Vault(home).open("job 1", SECRET)).contains(SECRET);
    }

    @Test
    void the_key_is_its_owners_alone_and_another_key_opens_nothing() throws Exception {
        String sealed = new Vault(home).seal("job 1", SECRET);
        Path key = home.resolve("keys/secrets.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("keys"))))
                .isEqualTo("rwx------");

        Files.delete(key);
        assertThat(new Vault(home).open("job 1", sealed)).isEmpty();
        assertThat(home.resolve("keys"))
                .isDirectoryContaining("glob:**secrets.key")
                .isNotEmptyDirectory();
    }
}

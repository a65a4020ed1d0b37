package org.aifactory.client.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFilesTest {
    @TempDir
    Path home;

    private Path file(String name) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    private static List<String> names(LocalFiles files) {
        return files.files().stream().map(LocalFile::name).toList();
    }

    @Test
    void files_of_one_folder_are_called_as_they_are_in_it_and_hidden_ones_are_left_out() throws IOException {
        file("texts/b.txt");
        file("texts/a/c.md");
        file("texts/.git/config");
        file("texts/.DS_Store");
        LocalFiles files = LocalFiles.under(List.of(home.resolve("texts")));
        assertThat(names(files)).containsExactly("a/c.md", "b.txt");
        assertThat(files.hidden()).isEqualTo(2);
    }

    @Test
    void beside_others_a_folder_gives_its_name() throws IOException {
        file("texts/b.txt");
        Path talks = file("talks.jsonl");
        assertThat(names(LocalFiles.under(List.of(home.resolve("texts"), talks))))
                .containsExactly("texts/b.txt", "talks.jsonl");
    }

    @Test
    void what_is_missing_empty_or_twice_is_refused() throws IOException {
        Path one = file("one/a.txt");
        Path other = file("two/a.txt");
        Files.createDirectories(home.resolve("empty"));
        assertThatThrownBy(() -> LocalFiles.under(List.of(home.resolve("missing"))))
                .hasMessageContaining("missing");
        assertThatThrownBy(() -> LocalFiles.under(List.of(home.resolve("empty"))))
                .hasMessageContaining("no files");
        assertThatThrownBy(() -> LocalFiles.under(List.of(one, other))).hasMessageContaining("a.txt");
    }

    @Test
    void links_in_a_folder_are_left_out_and_named_and_one_that_is_given_is_followed() throws Exception {
        file("texts/b.txt");
        Path texts = home.resolve("texts");
        Path secret = file("secret.txt");
        Files.createSymbolicLink(texts.resolve("link.txt"), secret);
        Files.createSymbolicLink(texts.resolve("loop"), Path.of("."));
        Files.createSymbolicLink(texts.resolve("nowhere"), Path.of("missing"));
        LocalFiles files = LocalFiles.under(List.of(texts));
        assertThat(names(files)).containsExactly("b.txt");
        assertThat(files.remarks())
                .containsExactly(
                        "Left out: link.txt (a link)", "Left out: loop (a link)", "Left out: nowhere (a link)");

        Path link = Files.createSymbolicLink(home.resolve("other"), texts);
        assertThat(names(LocalFiles.under(List.of(link, texts.resolve("link.txt")))))
                .containsExactly("other/b.txt", "link.txt");
        for (int i = 0; i < 12; i++) {
            Files.createSymbolicLink(texts.resolve("more" + i), secret);
        }
        assertThat(LocalFiles.under(List.of(texts)).remarks())
                .hasSize(11)
                .last()
                .asString()
                .contains("5 more");
    }

    @Test
    void a_name_with_a_backslash_is_refused() throws IOException {
        Path file = file("texts/back\\slash.txt");
        assertThatThrownBy(() -> LocalFiles.under(List.of(file.getParent()))).hasMessageContaining("backslash");
    }
}

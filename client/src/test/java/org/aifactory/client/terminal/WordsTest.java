package org.aifactory.client.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void times_and_sizes_are_told_as_people_say_them() {
        assertThat(Words.duration(47.4)).isEqualTo("47 s");
        assertThat(Words.duration(125)).isEqualTo("2 min 05 s");
        assertThat(Words.duration(12_000)).isEqualTo("3 h 20 min");
        assertThat(Words.bytes(999)).isEqualTo("999 bytes");
        assertThat(Words.bytes(1_675_495)).isEqualTo("1.7 MB");
        assertThat(Words.bytes(999_999)).isEqualTo("1.0 MB");
        assertThat(Words.about(5_800_000)).isEqualTo("5.8 M");
        assertThat(Words.number(new BigDecimal("5000.000"), 3)).isEqualTo("5,000");
        assertThat(Words.number(new BigDecimal("0.1005"), 3)).isEqualTo("0.101");
    }

    @Test
    void columns_stand_below_each_other_in_korean_too() {
        Table table = new Table("NAME", ">N").row("편람", "1").row("handbook", "22");
        assertThat(table.lines()).containsExactly("NAME       N", "편람       1", "handbook  22");
    }

    @Test
    void harmless_text_stays_as_it_is() {
        String text = "Größe 편람 👩‍💻 “x”";
        assertThat(Plain.line(text)).isEqualTo(text);
        assertThat(Plain.lines("a\r\nb\tc")).isEqualTo("a\nb\tc");
        assertThat(Plain.lines("10 %\r90 %")).isEqualTo("10 %90 %");
    }
}

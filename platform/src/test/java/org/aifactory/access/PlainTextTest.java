package org.aifactory.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What people type. */
class PlainTextTest {
    @Test
    void commas_between_thousands_are_left_out_and_no_other() {
        assertThat(PlainText.ungrouped("1,234,567.5")).isEqualTo("1234567.5");
        assertThat(PlainText.ungrouped("5000")).isEqualTo("5000");
        assertThat(PlainText.ungrouped("1,5")).isEqualTo("1,5");
        assertThat(PlainText.ungrouped("12,34,567")).isEqualTo("12,34,567");
    }
}

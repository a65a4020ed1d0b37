package org.aifactory.notices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.StaticMessageSource;

class MailWriterTest {
    private static MailWriter writer(String host, String address, String from) {
        return new MailWriter(
                new Wording(new StaticMessageSource()),
                new MailSwitch(host),
                new MailSettings(from, Duration.ofSeconds(5), Duration.ofDays(3)),
                address);
    }

    @Test
    void where_mail_is_sent_the_platform_says_at_the_start_what_it_lacks() {
        assertThatCode(() -> writer("", "", "")).doesNotThrowAnyException();
        assertThatCode(() -> writer("smtp.example.org", "https://ai.example.org/", "AI <ai@example.org>"))
                .doesNotThrowAnyException();
        for (String address :
                new String[] {"", "ai.example.org", "ftp://ai.example.org", "https:///x", "https://a b"}) {
            assertThatThrownBy(() -> writer("smtp.example.org", address, "ai@example.org"))
                    .as(address)
                    .isInstanceOf(MailFault.class)
                    .hasMessageContaining("AIFACTORY_ADDRESS");
        }
        for (String from : new String[] {"", "nobody", "a@example.org\r\nBcc: b@example.org"}) {
            assertThatThrownBy(() -> writer("smtp.example.org", "https://ai.example.org", from))
                    .as(from)
                    .isInstanceOf(MailFault.class)
                    .hasMessageContaining("AIFACTORY_MAIL_FROM");
        }
    }

    @Test
    void a_subject_is_one_line_of_bounded_length() {
        assertThat(MailWriter.subject(" a\r\n\tBcc: b\u2028c\u0085d\0 ")).isEqualTo("a Bcc: b c d");
        String emoji = "x" + "🙂".repeat(200);
        assertThat(MailWriter.subject(emoji)).hasSizeLessThanOrEqualTo(160).endsWith("🙂…");
    }
}

package org.aifactory.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.aifactory.identity.AuditTrail.Event;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.ResourceBundleMessageSource;

class AuditDetailsTest {
    private static final String ID = "0b1c2d3e-0000-4000-8000-000000000001";

    @Test
    void what_was_chosen_is_called_as_it_was_where_it_was_chosen() {
        assertThat(said("organisation.founded", Map.of("kind", "PUBLIC_BODY", "name", "MY_LAB")))
                .isEqualTo("kind: Public authority, name: MY_LAB");
        assertThat(said("initiative.added", Map.of("kind", "PLEDGE", "country", "FI")))
                .isEqualTo("country: Finland, kind: Pledge");
        assertThat(said("run.continued", Map.of("because", "MACHINE_FAILED"))).isEqualTo("because: machine failed");
    }

    @Test
    void what_is_counted_has_its_unit() {
        assertThat(said("pool.filled", Map.of("amount", 5184000, "unit", "CPU_CORE_SECOND")))
                .isEqualTo("amount: 5,184,000 core-seconds");
        assertThat(said("fund.anchored", Map.of("cents", 100000000000L))).isEqualTo("money: € 1,000,000,000.00");
        assertThat(said("upload.announced", Map.of("length", 2500000))).isEqualTo("size: 2.5 MB");
    }

    @Test
    void an_id_stays_an_id_and_what_nobody_has_words_for_stands_as_it_is() {
        assertThat(said("organisation.joined", Map.of("member", ID))).isEqualTo("member: 0b1c2d3e (" + ID + ")");
        assertThat(said("another", Map.of("somethingNew", "A_CODE"))).isEqualTo("somethingNew: A_CODE");
    }

    private static String said(String action, Map<String, Object> details) {
        ResourceBundleMessageSource messages = new ResourceBundleMessageSource();
        messages.setBasenames("messages/portal", "messages/models", "messages/observatory", "messages/access");
        messages.setDefaultEncoding("UTF-8");
        messages.setFallbackToSystemLocale(false);
        Event event =
                new Event(1, Instant.EPOCH, Optional.empty(), Optional.empty(), action, "subject", Map.copyOf(details));
        return new AuditDetails(messages, Locale.ENGLISH)
                .of(event).stream()
                        .map(detail -> detail.label() + ": " + detail.value()
                                + (detail.code() == null ? "" : " (" + detail.code() + ")"))
                        .collect(Collectors.joining(", "));
    }
}

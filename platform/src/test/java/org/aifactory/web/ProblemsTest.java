package org.aifactory.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.MessageSource;

@PlatformTest
class ProblemsTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private MessageSource messages;

    @ParameterizedTest
    @EnumSource
    void every_type_of_problem_has_a_page_in_every_language(ProblemType type) {
        for (Locale language : Languages.SPOKEN) {
            String page = clients.nobody()
                    .send(clients.nobody()
                            .request("/docs/problems/" + type.slug())
                            .header("Accept", "text/html")
                            .header("Accept-Language", language.getLanguage()))
                    .body();
            assertThat(page)
                    .contains("lang=\"" + language.getLanguage() + "\"")
                    .contains(messages.getMessage("problem." + type.slug() + ".title", null, language));
        }
    }
}

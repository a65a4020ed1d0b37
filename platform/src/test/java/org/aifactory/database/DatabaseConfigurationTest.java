package org.aifactory.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class DatabaseConfigurationTest {

    @Test
    void a_server_given_by_its_address_is_used_and_none_is_started() {
        DatabaseAddress server = TestDatabase.fresh("given");
        given(server.url(), server.username(), server.password())
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(EmbeddedPostgres.class)
                        .getBean(JdbcConnectionDetails.class)
                        .extracting(JdbcConnectionDetails::getJdbcUrl)
                        .isEqualTo(server.url()));
    }

    @Test
    void an_address_of_another_form_is_explained_without_repeating_what_it_holds() {
        given("postgres://founder:secret@example.org/factory", "", "")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(DatabaseException.class)
                        .hasMessageContaining("jdbc:postgresql://HOST:PORT/DATABASE")
                        .hasMessageNotContaining("secret"));
    }

    @Test
    void a_wrong_password_is_said_at_once_and_not_shown() {
        DatabaseAddress server = TestDatabase.fresh("given");
        given(server.url(), server.username(), "a wrong guess")
                .run(context -> assertThat(context)
                        .getFailure()
                        .satisfies(failure -> assertThat(failure)
                                .hasStackTraceContaining(
                                        "The database cannot be used: FATAL: password authentication failed")
                                .message()
                                .doesNotContain("a wrong guess")));
    }

    @Test
    void the_text_form_of_an_address_keeps_secrets() {
        assertThat(new DatabaseAddress("jdbc:postgresql://h/d?password=secret", "founder", "secret"))
                .hasToString("jdbc:postgresql://h/d");
    }

    private static ApplicationContextRunner given(String url, String username, String password) {
        return new ApplicationContextRunner()
                .withUserConfiguration(DatabaseConfiguration.class)
                .withPropertyValues(
                        "aifactory.database.url=" + url,
                        "aifactory.database.username=" + username,
                        "aifactory.database.password=" + password);
    }
}

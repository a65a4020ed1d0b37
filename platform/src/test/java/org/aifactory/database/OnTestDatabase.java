package org.aifactory.database;

import javax.sql.DataSource;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** The platform under test uses the server of the tests. */
@TestConfiguration
public class OnTestDatabase {

    @Bean
    @Primary
    DataSource testDatabase() {
        return TestDatabase.migrated("platform");
    }
}

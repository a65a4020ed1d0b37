package org.aifactory.database;

import java.nio.file.Path;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Says where the database is. Pool, transactions and migrations are Spring Boot's, which asks {@link JdbcConnectionDetails}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseSettings.class)
class DatabaseConfiguration {

    @Bean
    @ConditionalOnProperty(name = "aifactory.database.url", havingValue = DatabaseSettings.EMBEDDED)
    EmbeddedPostgres embeddedPostgres(@Value("${aifactory.home}") Path home) {
        return EmbeddedPostgres.start(home.resolve("postgres"));
    }

    @Bean
    JdbcConnectionDetails connectionDetails(DatabaseSettings settings, ObjectProvider<EmbeddedPostgres> embedded) {
        EmbeddedPostgres own = embedded.getIfAvailable();
        DatabaseAddress address = own == null ? settings.address() : own.address();
        address.check();
        return address;
    }
}

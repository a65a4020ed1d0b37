package org.aifactory.database;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Says where the database is. Pool, transactions and migrations are Spring Boot's, which asks {@link JdbcConnectionDetails}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseSettings.class)
class DatabaseConfiguration {

    @Bean
    @ConditionalOnProperty(name = "aifactory.database.url", havingValue = DatabaseSettings.EMBEDDED)
    EmbeddedPostgres embeddedPostgres(@Value("${aifactory.home}") Path home) {
        return EmbeddedPostgres.start(home.resolve("postgres"));
    }

    /** Whichever pool there is, people wait before it in a queue. */
    @Bean
    static BeanPostProcessor queueBeforePool(Environment environment) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof HikariDataSource pool
                        ? new QueuedDataSource(
                                pool,
                                pool.getMaximumPoolSize(),
                                environment.getRequiredProperty("aifactory.database.patience", Duration.class))
                        : bean;
            }
        };
    }

    @Bean
    JdbcConnectionDetails connectionDetails(DatabaseSettings settings, ObjectProvider<EmbeddedPostgres> embedded) {
        EmbeddedPostgres own = embedded.getIfAvailable();
        DatabaseAddress address = own == null ? settings.address() : own.address();
        address.check();
        return address;
    }
}

package org.aifactory.federation.local;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class LocalConfiguration {

    @Bean
    Computer computer() {
        return Computer.detect();
    }
}

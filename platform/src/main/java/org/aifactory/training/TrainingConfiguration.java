package org.aifactory.training;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({TrainingSettings.class, EngineSettings.class})
class TrainingConfiguration {}

package org.aifactory.training;

import java.util.Optional;
import org.aifactory.training.Remains.Part;
import org.aifactory.upkeep.Passing;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({TrainingSettings.class, EngineSettings.class})
class TrainingConfiguration {

    @Bean
    Passing runScratch(RunRemains remains, TrainingSettings settings) {
        return Passing.of(
                "run-scratch",
                Optional.ofNullable(settings.kept().scratch()),
                () -> remains.clear(Part.SCRATCH, run -> true));
    }

    @Bean
    Passing runCheckpoints(RunRemains remains, TrainingSettings settings) {
        return Passing.of(
                "run-checkpoints",
                Optional.ofNullable(settings.kept().checkpoints()),
                () -> remains.clear(Part.CHECKPOINTS, run -> true));
    }

    @Bean
    Passing runCopies(RunRemains remains, TrainingSettings settings) {
        return Passing.of(
                "run-copies",
                Optional.ofNullable(settings.kept().copies()),
                () -> remains.clear(Part.OUTPUT, remains::isRegistered));
    }

    @Bean
    Passing runOutputs(RunRemains remains, TrainingSettings settings) {
        return Passing.of(
                "run-outputs",
                Optional.ofNullable(settings.kept().outputs()),
                () -> remains.clear(Part.OUTPUT, run -> !remains.isRegistered(run)));
    }

    @Bean
    Passing runLogs(RunRemains remains, TrainingSettings settings) {
        return Passing.of(
                "run-logs", Optional.ofNullable(settings.kept().logs()), () -> remains.clear(Part.LOG, run -> true));
    }

    @Bean
    Passing runMetrics(RunRemains remains, TrainingSettings settings) {
        return Passing.of(
                "run-metrics",
                Optional.ofNullable(settings.kept().metrics()),
                () -> remains.clear(Part.METRICS, run -> true));
    }
}
